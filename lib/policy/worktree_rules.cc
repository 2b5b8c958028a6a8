// SPDX-License-Identifier: MIT
#include "policy/worktree_rules.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "text/text.h"

namespace orch::policy {
namespace {

constexpr std::string_view kForm = "orch-guard-rules 1";
constexpr std::string_view kEnd = "end";
// What git keeps for itself or for one worktree, and what it has fetched.
constexpr std::array<std::string_view, 5> kFree = {
    "refs/remotes/", "refs/bisect/", "refs/rewritten/", "refs/worktree/",
    "refs/stash"};

struct ModeKey {
  const char* name;
  Mode Guards::*member;
};
constexpr std::array<ModeKey, 6> kModes = {{{"refs", &Guards::refs},
                                            {"paths", &Guards::paths},
                                            {"merges", &Guards::merges},
                                            {"pushes", &Guards::pushes},
                                            {"trailers", &Guards::trailers},
                                            {"prefix", &Guards::prefix}}};

struct ListKey {
  const char* name;
  std::vector<std::string> WorktreeRules::*member;
};
constexpr std::array<ListKey, 6> kLists = {
    {{"other", &WorktreeRules::others},
     {"integration", &WorktreeRules::integration},
     {"allow-ref", &WorktreeRules::allow_refs},
     {"deny-ref", &WorktreeRules::deny_refs},
     {"allow-path", &WorktreeRules::allow_paths},
     {"deny-path", &WorktreeRules::deny_paths}}};

struct FlagKey {
  const char* name;
  bool WorktreeRules::*member;
};
constexpr std::array<FlagKey, 4> kFlags = {
    {{"merge", &WorktreeRules::merge},
     {"push", &WorktreeRules::push},
     {"pr", &WorktreeRules::pr},
     {"base", &WorktreeRules::move_base}}};

void add(std::string& out, std::string_view key, std::string_view value) {
  // Values have no line breaks: names of refs cannot, and the readers of YAML
  // refuse others.
  out.append(key).append(" ").append(value).append("\n");
}

bool holds(const std::vector<std::string>& globs, const std::string& ref) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& g) { return matches_ref(g, ref); });
}

std::string quoted(const std::string& name) { return "'" + name + "'"; }

std::int64_t number(std::string_view text) {
  return std::strtoll(std::string(text).c_str(), nullptr, 10);
}

// "<number> <number> <rest>"
Source source_of(std::string_view value) {
  const std::size_t first = value.find(' ');
  const std::size_t second = value.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos)
    return {};
  return {std::string(value.substr(second + 1)), number(value.substr(0, first)),
          number(value.substr(first + 1, second - first - 1))};
}

// A pathspec with more magic, and what it has itself: ":(glob)x", ":/x", "x".
std::string with_magic(std::string_view pathspec, const std::string& magic) {
  if (pathspec.starts_with(":("))
    return ":(" + magic + "," + std::string(pathspec.substr(2));
  if (pathspec.starts_with(':')) {
    pathspec.remove_prefix(1);
    while (pathspec.starts_with('/')) pathspec.remove_prefix(1);
    if (pathspec.starts_with(':')) pathspec.remove_prefix(1);
  }
  return ":(" + magic + ")" + std::string(pathspec);
}

// Whether no rule can name a ref that begins so.
bool is_free(const WorktreeRules& rules, std::string_view front) {
  for (const auto* globs : {&rules.guards.protected_refs, &rules.deny_refs})
    for (const std::string& glob : *globs) {
      const std::string_view fixed =
          std::string_view(glob).substr(0, glob.find_first_of("*?[\\"));
      if (fixed.starts_with(front) || front.starts_with(fixed)) return false;
    }
  return true;
}

// Why the ref is not the agent's to move; empty when it is.
std::string reason_against(const WorktreeRules& r, const Move& move) {
  const std::string& ref = move.ref;
  if (ref == r.branch)
    return move.deletes() ? quoted(ref) + " is the branch of this worktree"
                          : "";
  if (holds(r.deny_refs, ref))
    return "role " + quoted(r.role()) + " may not move " + quoted(ref);
  if (holds(r.allow_refs, ref)) return "";
  if (ref == r.base) {
    if (r.move_base && !move.deletes()) return "";
    return quoted(ref) + " is the base of feature " + quoted(r.feature());
  }
  if (std::find(r.others.begin(), r.others.end(), ref) != r.others.end())
    return quoted(ref) + " is the branch of another agent";
  if (holds(r.guards.protected_refs, ref)) return quoted(ref) + " is protected";
  if (ref.starts_with("refs/orch/"))
    return quoted(ref) + " is kept by git orch";
  return "";
}

}  // namespace

std::string_view mode_name(Mode mode) {
  return mode == Mode::Off ? "off" : mode == Mode::Warn ? "warn" : "block";
}

std::optional<Mode> parse_mode(std::string_view name) {
  for (const Mode mode : {Mode::Off, Mode::Warn, Mode::Block})
    if (mode_name(mode) == name) return mode;
  return std::nullopt;
}

bool Move::deletes() const {
  return !to.empty() && to.find_first_not_of('0') == std::string::npos;
}

std::string WorktreeRules::role() const {
  return agent.substr(agent.find('/') + 1);
}

std::string WorktreeRules::feature() const {
  return agent.substr(0, agent.find('/'));
}

bool matches_ref(const std::string& glob, const std::string& ref) {
  return ::fnmatch(glob.c_str(), ref.c_str(), 0) == 0;
}

std::string to_text(const WorktreeRules& rules) {
  std::string out;
  add(out, "own", rules.branch);
  for (const std::string_view front : kFree)
    if (is_free(rules, front)) add(out, "free", front);
  add(out, "form", kForm);
  add(out, "agent", rules.agent);
  add(out, "based-on", rules.base);
  for (const ModeKey& m : kModes)
    add(out, m.name, mode_name(rules.guards.*m.member));
  for (const FlagKey& f : kFlags)
    if (rules.*f.member) add(out, "can", f.name);
  for (const std::string& ref : rules.guards.protected_refs)
    add(out, "protected-ref", ref);
  for (const std::string& path : rules.guards.protected_paths)
    add(out, "protected-path", path);
  for (const ListKey& l : kLists)
    for (const std::string& value : rules.*l.member) add(out, l.name, value);
  for (const Override& o : rules.overrides)
    add(out, "override", std::to_string(o.until_ms) + " " + o.guard);
  for (const Source& s : rules.sources)
    add(out, "source",
        std::to_string(s.changed_ns) + " " + std::to_string(s.size) + " " +
            s.path);
  out.append(kEnd).append("\n");
  return out;
}

std::optional<WorktreeRules> parse_worktree_rules(std::string_view text) {
  WorktreeRules rules;
  rules.guards.protected_refs.clear();
  rules.guards.protected_paths.clear();
  bool form = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line == kEnd && form && text.empty()) return rules;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view key = line.substr(0, space);
    const std::string value(line.substr(space + 1));
    if (key == "own") rules.branch = value;
    if (key == "form") form = value == kForm;
    if (key == "agent") rules.agent = value;
    if (key == "based-on") rules.base = value;
    if (key == "protected-ref") rules.guards.protected_refs.push_back(value);
    if (key == "protected-path") rules.guards.protected_paths.push_back(value);
    if (key == "source") rules.sources.push_back(source_of(value));
    if (key == "override")
      rules.overrides.push_back(
          {value.substr(value.find(' ') + 1), number(value)});
    for (const ModeKey& m : kModes)
      if (key == m.name)
        rules.guards.*m.member = parse_mode(value).value_or(Mode::Block);
    for (const FlagKey& f : kFlags)
      if (key == "can" && value == f.name) rules.*f.member = true;
    for (const ListKey& l : kLists)
      if (key == l.name) (rules.*l.member).push_back(value);
  }
  return std::nullopt;
}

Mode mode_of(const WorktreeRules& rules, std::string_view guard,
             std::int64_t now_ms) {
  for (const Override& o : rules.overrides)
    if (o.guard == guard && now_ms < o.until_ms) return Mode::Off;
  constexpr std::string_view kFront = "guards.";
  for (const ModeKey& m : kModes)
    if (guard.starts_with(kFront) && guard.substr(kFront.size()) == m.name)
      return rules.guards.*m.member;
  return Mode::Off;
}

std::optional<Finding> judge_move(const WorktreeRules& rules, const Move& move,
                                  std::int64_t now_ms) {
  constexpr char kGuard[] = "guards.refs";
  const Mode mode = mode_of(rules, kGuard, now_ms);
  if (mode == Mode::Off || !move.ref.starts_with("refs/") ||
      (move.from == move.to && !move.deletes()))
    return std::nullopt;
  std::string what = reason_against(rules, move);
  if (what.empty()) return std::nullopt;
  return Finding{kGuard, mode, std::move(what)};
}

std::optional<Finding> judge_push(const WorktreeRules& rules,
                                  const std::string& remote_ref,
                                  std::int64_t now_ms) {
  constexpr char kGuard[] = "guards.pushes";
  const Mode mode = mode_of(rules, kGuard, now_ms);
  if (mode == Mode::Off) return std::nullopt;
  const bool own = remote_ref == rules.branch;
  if (own && (rules.push || rules.pr)) return std::nullopt;
  if (!rules.push)
    return Finding{kGuard, mode,
                   "role " + quoted(rules.role()) + " may not push" +
                       (rules.pr ? " but to " + quoted(rules.branch) : "")};
  const bool base = remote_ref == rules.base;
  if (base && rules.move_base) return std::nullopt;
  if (holds(rules.allow_refs, remote_ref) &&
      !holds(rules.deny_refs, remote_ref))
    return std::nullopt;
  std::string what = reason_against(rules, {"", "", remote_ref});
  if (what.empty()) return std::nullopt;
  return Finding{kGuard, mode, std::move(what)};
}

PathQuestions path_questions(const WorktreeRules& rules) {
  PathQuestions out;
  if (!rules.allow_paths.empty()) {
    out.outside.emplace_back(":/");
    for (const std::string& p : rules.allow_paths)
      out.outside.push_back(with_magic(p, "exclude,top"));
  }
  for (const auto* list : {&rules.deny_paths, &rules.guards.protected_paths})
    for (const std::string& p : *list)
      out.denied.push_back(with_magic(p, "top"));
  return out;
}

Finding finding_of_merge(const WorktreeRules& rules, Mode mode,
                         const std::string& other) {
  constexpr std::string_view kHeads = "refs/heads/";
  return {kMerges, mode,
          "role " + quoted(rules.role()) + " may not merge; " +
              quoted(other.starts_with(kHeads) ? other.substr(kHeads.size())
                                               : other) +
              " is the branch of another agent"};
}

Finding finding_of_paths(const WorktreeRules& rules, Mode mode,
                         const std::set<std::string>& paths) {
  constexpr std::size_t kShown = 10;
  std::string names;
  std::size_t n = 0;
  for (const std::string& path : paths)
    if (n++ < kShown)
      names += (n > 1 ? ", " : "") + quoted(text::printable(path));
  if (n > kShown) names += " and " + std::to_string(n - kShown) + " more";
  return {kPaths, mode,
          "role " + quoted(rules.role()) + " may not change " + names};
}

}  // namespace orch::policy
