// SPDX-License-Identifier: MIT
#include "broker/calls.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace orch::broker {
namespace {

struct Verb {
  std::string_view name;
  // The actions (first operand) that are allowed; none: whatever it is.
  std::vector<std::string_view> actions = {};
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = {
      {"git-orch--agent-hook"},
      {"git-orch-agent", {"list", "log"}},
      {"git-orch-ask"},
      {"git-orch-blocker"},
      {"git-orch-brief"},
      {"git-orch-check-conflicts"},
      {"git-orch-checkin"},
      {"git-orch-conflicts", {"list", "show", "order"}},
      {"git-orch-contradictions"},
      {"git-orch-inbox"},
      {"git-orch-policy", {"list", "check", "explain"}},
      {"git-orch-query"},
      {"git-orch-recent"},
      {"git-orch-report"},
      {"git-orch-role", {"list", "show"}},
      {"git-orch-runtime", {"list", "show"}},
      {"git-orch-send"},
      {"git-orch-stats"},
      {"git-orch-status"},
      {"git-orch-sync", {"status", "run"}},
      {"git-orch-task",
       {"list", "add", "start", "done", "drop", "reopen", "block", "unblock",
        "assign", "claim", "release", "depend"}},
  };
  return kVerbs;
}

// Flags that every verb has and that take no value: an action may stand behind
// them and behind nothing else, so that no value passes for one.
constexpr std::string_view kFlags[] = {"--json", "--porcelain", "-z",
                                       "--null", "-q",          "--quiet",
                                       "-v",     "--verbose"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Wherever it stands, since what is a value and what is not is the verb's to
// know. Long options may be cut short (git's own habit), so that a beginning of
// a name counts as the name.
bool names_file(const std::string& verb, std::string_view arg) {
  if (arg.starts_with("--")) {
    const std::string_view name = arg.substr(2, arg.find('=') - 2);
    for (const std::string_view known : {"file", "dir", "repo"})
      if (!name.empty() && known.starts_with(name)) return true;
    return false;
  }
  if (verb != "git-orch-send" || !arg.starts_with('-')) return false;
  for (const char c : arg.substr(1)) {
    if (c == 'F' || c == 'R') return true;
    if (c == 'm' || !is_letter(c)) return false;  // the rest is its value
  }
  return false;
}

// A manual page opens in a pager, which takes commands.
bool asks_for_help(std::string_view arg) {
  return arg == "-h" || arg.starts_with("--h");
}

std::string said(std::string_view program) {
  constexpr std::string_view kFront = "git-orch-";
  return "git orch " + std::string(program.substr(
                           program.starts_with(kFront) ? kFront.size() : 0));
}

}  // namespace

std::string refusal_of(const Request& request) {
  const auto& all = verbs();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Verb& v) {
    return v.name == request.program;
  });
  const std::string no =
      " is not for a sandbox; a person, or the overseer "
      "outside, can do it";
  if (it == all.end()) return "'" + said(request.program) + "'" + no;
  for (const std::string& arg : request.args)
    if (asks_for_help(arg)) return "'" + arg + "'" + no;
  for (const std::string& arg : request.args)
    if (names_file(request.program, arg))
      return "'" + arg +
             "' names what is outside the sandbox; pass text with -m, or on "
             "standard input with '-'";
  if (it->actions.empty()) return "";
  auto action = request.args.begin();
  while (action != request.args.end() &&
         std::find(std::begin(kFlags), std::end(kFlags), *action) !=
             std::end(kFlags))
    ++action;
  if (action == request.args.end() ||
      std::find(it->actions.begin(), it->actions.end(), *action) !=
          it->actions.end())
    return "";
  return "'" + said(request.program) + " " + *action + "'" + no;
}

std::vector<std::pair<std::string, std::string>> guard_fields(
    const Request& request) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto& args = request.args;
  if (args.empty() || args[0] != "guard") return out;
  for (std::size_t i = 1; i + 1 < args.size(); i += 2)
    for (const std::string_view name : {"guard", "mode", "what"})
      if (args[i] == name) out.emplace_back(args[i], args[i + 1]);
  return out.size() == 3 ? out
                         : std::vector<std::pair<std::string, std::string>>{};
}

}  // namespace orch::broker
