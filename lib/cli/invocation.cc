// SPDX-License-Identifier: MIT
#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <charconv>

#include "cli/command.h"
#include "error/error.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::cli {
namespace {

namespace po = boost::program_options;

std::vector<std::string> option_names(const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const Option& o : options) names.push_back("--" + std::string(o.name));
  return names;
}

bool takes_next(const Option& o) {
  return o.arity == Arity::One || o.arity == Arity::Many;
}

// Put before every value: the library refuses an empty one.
const std::string kMarker = "=";

// Where the "--" stands that ends the options: one that is the value of an
// option does not count.
std::vector<std::string>::const_iterator find_dashes(
    const std::vector<std::string>& args, const std::vector<Option>& options) {
  for (auto arg = args.begin(); arg != args.end(); ++arg) {
    if (*arg == "--") return arg;
    for (const Option& o : options) {
      if (!takes_next(o)) continue;
      const bool named =
          *arg == "--" + std::string(o.name) ||
          (o.short_name && *arg == std::string("-") + o.short_name);
      if (!named || arg + 1 == args.end()) continue;
      ++arg;
      break;
    }
  }
  return args.end();
}

// The library refuses a value that looks like an option (`-m --help`) and an
// empty one (`-m ''`). A message is any bytes, so options that take a value
// take the next argument whatever it is, as git's do.
class ValueTaker {
 public:
  explicit ValueTaker(const std::vector<Option>& options) : options_(options) {}

  std::vector<po::option> operator()(std::vector<std::string>& args) const {
    if (args.empty()) return {};
    // "--message=" has an empty value; the library refuses it.
    if (args[0].starts_with("--") && args[0].ends_with('='))
      if (const Option* named = find(args[0].substr(0, args[0].size() - 1)))
        return take(*named, "", 1, args);
    for (const Option& o : options_)
      if (o.arity == Arity::Optional &&
          (args[0] == "--" + std::string(o.name) ||
           args[0] == "--" + std::string(o.name) + "="))
        return take(o, "", 1, args);
    const Option* found = find(args[0]);
    if (!found) return {};
    if (args.size() < 2)
      throw UsageError("option '" + args[0] + "' needs a value <" +
                       std::string(found->value) + ">");
    return take(*found, args[1], 2, args);
  }

 private:
  // Two tokens show that the value was marked.
  static std::vector<po::option> take(const Option& option,
                                      const std::string& value, int count,
                                      std::vector<std::string>& args) {
    po::option parsed;
    parsed.string_key = option.name;
    parsed.value = {kMarker + value};
    parsed.original_tokens = {args[0], value};
    args.erase(args.begin(), args.begin() + count);
    return {parsed};
  }
  const Option* find(const std::string& arg) const {
    for (const Option& o : options_) {
      if (!takes_next(o)) continue;
      if (arg == "--" + std::string(o.name)) return &o;
      if (o.short_name && arg == std::string("-") + o.short_name) return &o;
    }
    return nullptr;
  }

  const std::vector<Option>& options_;
};

po::options_description describe(const std::vector<Option>& options) {
  po::options_description description;
  for (const Option& o : options) {
    std::string names(o.name);
    if (o.short_name) names += std::string(",") + o.short_name;
    if (o.arity == Arity::Flag)
      description.add_options()(names.c_str(), "");
    else
      description.add_options()(names.c_str(), po::value<std::string>(), "");
  }
  return description;
}

[[noreturn]] void refuse(const po::error& e,
                         const std::vector<Option>& options) {
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&e)) {
    const std::string name = unknown->get_option_name();
    const std::string near = text::nearest(name, option_names(options));
    throw UsageError("unknown option '" + name + "'" +
                     (near.empty() ? "" : ", did you mean '" + near + "'?"));
  }
  if (const auto* named = dynamic_cast<const po::error_with_option_name*>(&e))
    throw UsageError("option '" + named->get_option_name() +
                     "' is used wrongly");
  throw UsageError(e.what());
}

}  // namespace

Invocation Invocation::parse(const Command& command,
                             const std::vector<std::string>& args) {
  const std::vector<Option> options = all_options(command);
  const auto dashes = find_dashes(args, options);
  const std::vector<std::string> before(args.begin(), dashes);
  Invocation out;
  if (dashes != args.end()) out.after_dashes_.assign(dashes + 1, args.end());

  namespace style = po::command_line_style;
  const po::options_description description = describe(options);
  try {
    const auto parsed = po::command_line_parser(before)
                            .options(description)
                            .extra_style_parser(ValueTaker(options))
                            .style(style::unix_style & ~style::allow_guessing)
                            .run();
    for (const po::option& o : parsed.options) {
      if (o.position_key >= 0 || o.string_key.empty()) {
        out.operands_.insert(out.operands_.end(), o.value.begin(),
                             o.value.end());
        continue;
      }
      auto& values = out.values_[o.string_key];
      std::string value = o.value.empty() ? "" : o.value[0];
      // Values written as --name=value come from the library itself.
      if (value.starts_with(kMarker) && o.original_tokens.size() == 2)
        value.erase(0, kMarker.size());
      values.push_back(std::move(value));
    }
  } catch (const po::error& e) {
    refuse(e, options);
  }
  for (const Option& o : options)
    if ((o.arity == Arity::One || o.arity == Arity::Optional) &&
        out.all(o.name).size() > 1)
      throw UsageError("option '--" + std::string(o.name) +
                       "' can be given only once");
  out.operands_.insert(out.operands_.end(), out.after_dashes_.begin(),
                       out.after_dashes_.end());
  if (out.has("json"))
    out.format_ = Format::Json;
  else if (out.has("porcelain") || out.has("null"))
    out.format_ = Format::Porcelain;
  return out;
}

bool Invocation::has(std::string_view option) const {
  return values_.find(option) != values_.end();
}

std::optional<std::string> Invocation::find(std::string_view option) const {
  const auto it = values_.find(option);
  if (it == values_.end()) return std::nullopt;
  return it->second.back();
}

std::vector<std::string> Invocation::all(std::string_view option) const {
  const auto it = values_.find(option);
  return it == values_.end() ? std::vector<std::string>() : it->second;
}

void Invocation::expect_operands(std::size_t least, std::size_t most) const {
  if (operands_.size() < least) throw UsageError("too few arguments");
  if (operands_.size() > most)
    throw UsageError("unexpected argument '" + operands_[most] + "'");
}

std::string Invocation::operand(std::size_t index) const {
  return index < operands_.size() ? operands_[index] : "";
}

std::optional<std::int64_t> Invocation::duration(
    std::string_view option) const {
  const auto given = find(option);
  if (!given) return std::nullopt;
  const auto parsed = text::parse_duration(*given);
  if (!parsed)
    throw UsageError(
        "'" + *given + "' is no duration for '--" + std::string(option) + "'",
        "write 30s, 30m, 2h or 1d; a bare number is minutes");
  return parsed;
}

std::optional<std::int64_t> Invocation::number(std::string_view option) const {
  const auto given = find(option);
  if (!given) return std::nullopt;
  std::int64_t value = 0;
  const char* end = given->data() + given->size();
  const auto [stop, error] = std::from_chars(given->data(), end, value);
  if (error != std::errc() || stop != end || given->empty())
    throw UsageError("'" + *given + "' is no whole number for '--" +
                     std::string(option) + "'");
  return value;
}

std::int64_t parse_id(const std::string& text) {
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || stop != end || id < 1)
    throw UsageError("'" + text + "' is no id");
  return id;
}

}  // namespace orch::cli
