// SPDX-License-Identifier: MIT
#include "cli/command.h"

#include <algorithm>

#include "text/text.h"

namespace orch::cli {
namespace {

// "-m, --message <text>"
std::string option_head(const Option& o) {
  std::string head =
      o.short_name ? std::string("-") + o.short_name + ", " : std::string();
  head += "--" + std::string(o.name);
  const std::string value = "<" + std::string(o.value) + ">";
  if (o.arity == Arity::Optional) return head + "[=" + value + "]";
  if (o.arity != Arity::Flag) head += " " + value;
  return head;
}

std::string call_of(const Command& command, std::string_view form) {
  std::string call = "git orch";
  if (command.name != "orch") call += " " + std::string(command.name);
  if (!form.empty()) call += " " + std::string(form);
  return call;
}

// "<agent>... (-m <text> | -)" in its parts: what stands in brackets is not
// parted.
std::vector<std::string> parts_of(std::string_view form) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : form) {
    if (c == '[' || c == '(' || c == '<') ++depth;
    if (c == ']' || c == ')' || c == '>') --depth;
    if (c == ' ' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// `line` and the parts behind it, each line as long as a terminal is wide; what
// does not fit goes on below, behind `indent` blanks.
std::string folded(std::string line, const std::vector<std::string>& parts,
                   std::size_t indent) {
  constexpr std::size_t kWidth = 80;
  std::string out;
  for (const std::string& part : parts) {
    const bool stands_first = line.size() <= indent;
    if (!stands_first && line.size() + 1 + part.size() > kWidth) {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    if (!part.empty() && line.back() != ' ') line += ' ';
    line += part;
  }
  return out + line + "\n";
}

}  // namespace

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> options = command.options;
  options.push_back(
      {"json", 0, Arity::Flag, "", "print one JSON object, for programs"});
  if (command.listing) {
    options.push_back({"porcelain", 0, Arity::Flag, "",
                       "print one record a line, fields parted by TAB"});
    options.push_back(
        {"null", 'z', Arity::Flag, "",
         "end records of the porcelain form with NUL; implies --porcelain"});
  }
  options.push_back(
      {"quiet", 'q', Arity::Flag, "", "print no table and no notes"});
  options.push_back({"help", 'h', Arity::Flag, "",
                     "show a summary (-h) or the manual page (--help)"});
  return options;
}

std::string usage_text(const Command& command) {
  std::string out;
  for (const std::string_view form : command.synopsis) {
    const std::string call =
        (out.empty() ? "usage: " : "   or: ") + call_of(command, "");
    out += folded(call, parts_of(form), call.size() + 1);
  }
  out += "\n    " + std::string(command.summary) + "\n\n";
  for (const Option& o : all_options(command)) {
    if (o.hidden) continue;
    std::string line = "    " + option_head(o);
    constexpr std::size_t kColumn = 30;
    if (line.size() + 2 > kColumn) {
      out += line + "\n";
      line.clear();
    }
    line.resize(kColumn, ' ');
    out += folded(line, text::split(o.help, ' '), kColumn);
  }
  return out;
}

std::string completion_text(const Command& command) {
  std::string out;
  for (const Option& o : all_options(command)) {
    if (o.hidden) continue;
    if (!out.empty()) out += ' ';
    out += "--" + std::string(o.name);
    if (o.arity == Arity::One || o.arity == Arity::Many) out += '=';
  }
  return out + "\n";
}

std::string synopsis_page(const Command& command) {
  std::string out = "[verse]\n";
  for (const std::string_view form : command.synopsis)
    out += "'git orch" +
           (command.name == "orch" ? "" : " " + std::string(command.name)) +
           "'" + (form.empty() ? "" : " " + std::string(form)) + "\n";
  return out;
}

std::string options_page(const Command& command) {
  std::string out;
  for (const Option& o : all_options(command))
    if (!o.hidden)
      out += option_head(o) + "::\n\t" + std::string(o.help) + ".\n\n";
  return out;
}

std::string_view group_title(Group group) {
  switch (group) {
    case Group::SetUp:
      return "set up a repository";
    case Group::Features:
      return "run a feature";
    case Group::Agents:
      return "start, watch and talk to agents";
    case Group::Work:
      return "follow the work";
    case Group::Store:
      return "read and keep events";
    case Group::Time:
      return "let time pass";
    case Group::Seeing:
      return "see what goes on, and be told";
    case Group::Internal:
      break;
  }
  return "internal";
}

}  // namespace orch::cli
