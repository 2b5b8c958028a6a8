// SPDX-License-Identifier: MIT
#include "dashboard/write.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"

namespace orch::dashboard {
namespace {

enum class Takes { Text, Flag };

struct Verb {
  std::string_view name;
  std::vector<std::pair<std::string_view, Takes>> options;
  std::vector<std::string_view> first;  // what the first operand may be
  int timeout_ms;
};

constexpr int kSoonMs = 60 * 1000;
constexpr int kLandingMs = 30 * 60 * 1000;  // gates run
constexpr std::size_t kMostOperands = 100, kMostOperand = 1024;
constexpr std::size_t kMostText = 64 * 1024;

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = {
      {"ask", {{"message", Takes::Text}}, {"approve", "deny"}, kSoonMs},
      {"integrate",
       {{"all", Takes::Flag}, {"dry-run", Takes::Flag}},
       {},
       kLandingMs},
      {"notify", {{"message", Takes::Text}}, {"answer"}, kSoonMs},
      {"pause", {{"all", Takes::Flag}, {"off", Takes::Flag}}, {}, kSoonMs},
      {"resume", {}, {}, kSoonMs},
      {"send",
       {{"message", Takes::Text}, {"priority", Takes::Text}},
       {},
       kSoonMs},
  };
  return kVerbs;
}

const Verb& require_verb(std::string_view name) {
  for (const Verb& verb : verbs())
    if (verb.name == name) return verb;
  throw Error(ErrorCode::UnknownName,
              "'" + std::string(name) + "' is nothing that the page may do",
              "known: " + text::join(written_verbs(), ", "));
}

std::string require_text(const json::Value& value, const std::string& what,
                         std::size_t most) {
  const std::string* text = value.as_string();
  if (!text) throw Error(ErrorCode::Usage, what + " must be a text");
  if (text->size() > most)
    throw Error(ErrorCode::Usage,
                what + " has more than " + std::to_string(most) + " bytes");
  if (text->find('\0') != std::string::npos)
    throw Error(ErrorCode::Usage, what + " has a NUL byte");
  return *text;
}

std::vector<std::string> operands_of(const json::Value& body) {
  std::vector<std::string> out;
  const json::Value& given = body["operands"];
  if (given.is_null()) return out;
  const json::Array* all = given.as_array();
  if (!all || all->size() > kMostOperands)
    throw Error(ErrorCode::Usage, "'operands' must be a list, of 100 at most");
  for (const json::Value& one : *all) {
    out.push_back(require_text(one, "an operand", kMostOperand));
    if (out.back().empty() || out.back().starts_with('-'))
      throw Error(ErrorCode::Usage, "'" + out.back() + "' is no operand");
  }
  return out;
}

void add_option(const Verb& verb, const json::Member& given,
                std::vector<std::string>& out) {
  const auto known =
      std::find_if(verb.options.begin(), verb.options.end(),
                   [&](const auto& o) { return o.first == given.first; });
  if (known == verb.options.end())
    throw Error(ErrorCode::Usage, "'" + given.first + "' is no option that '" +
                                      std::string(verb.name) + "' has here");
  if (known->second == Takes::Text) {
    out.push_back(
        "--" + given.first + "=" +
        require_text(given.second, "'" + given.first + "'", kMostText));
    return;
  }
  const auto set = given.second.as_bool();
  if (!set)
    throw Error(ErrorCode::Usage,
                "'" + given.first + "' must be true or false");
  if (*set) out.push_back("--" + given.first);
}

}  // namespace

const std::vector<std::string>& written_verbs() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> out;
    for (const Verb& verb : verbs()) out.emplace_back(verb.name);
    return out;
  }();
  return kNames;
}

Write write_of(std::string_view name, const std::string& text) {
  const Verb& verb = require_verb(name);
  const auto body = json::parse(text);
  const json::Object* members = body ? body->as_object() : nullptr;
  if (!members)
    throw Error(ErrorCode::Usage, "the body must be one object of JSON");
  for (const auto& [key, value] : *members)
    if (key != "operands" && key != "options")
      throw Error(ErrorCode::Usage, "'" + key + "' has no meaning here",
                  "known: operands, options");
  Write out{.arguments = {"--json"}, .timeout_ms = verb.timeout_ms};
  const json::Value& options = (*body)["options"];
  if (!options.is_null() && !options.as_object())
    throw Error(ErrorCode::Usage, "'options' must be an object");
  if (const json::Object* all = options.as_object())
    for (const json::Member& given : *all)
      add_option(verb, given, out.arguments);
  const auto operands = operands_of(*body);
  if (!verb.first.empty() &&
      (operands.empty() || std::find(verb.first.begin(), verb.first.end(),
                                     operands[0]) == verb.first.end()))
    throw Error(ErrorCode::Usage, "the page may not do that with '" +
                                      std::string(verb.name) + "'");
  out.arguments.emplace_back("--");
  out.arguments.insert(out.arguments.end(), operands.begin(), operands.end());
  return out;
}

}  // namespace orch::dashboard
