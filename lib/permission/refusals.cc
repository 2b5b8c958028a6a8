// SPDX-License-Identifier: MIT
#include <algorithm>

#include "permission/git_call.h"
#include "permission/permission.h"
#include "text/text.h"

namespace orch::permission {
namespace {

constexpr char kRefs[] = "guards.refs";
constexpr char kPushes[] = "guards.pushes";
constexpr char kMerges[] = "guards.merges";
constexpr std::string_view kHeads = "refs/heads/";

std::string quoted(const std::string& name) { return "'" + name + "'"; }

std::string short_name(const std::string& ref) {
  return ref.starts_with(kHeads) ? ref.substr(kHeads.size()) : ref;
}

std::string asking(const std::string& action) {
  return "to ask for it: git orch ask " + action + " -m WHY";
}

bool holds(const std::vector<std::string>& list, const std::string& ref) {
  return std::find(list.begin(), list.end(), ref) != list.end();
}

// A finding as a refusal; none where it only warns.
std::optional<Refusal> refusal_of(const std::optional<policy::Finding>& finding,
                                  const std::string& action) {
  if (!finding || finding->mode != policy::Mode::Block) return std::nullopt;
  return Refusal{finding->guard, finding->what, asking(action)};
}

}  // namespace

bool blocks(const policy::WorktreeRules& rules, std::string_view guard,
            std::int64_t now_ms) {
  return policy::mode_of(rules, guard, now_ms) == policy::Mode::Block;
}

std::string full_name(const std::string& branch) {
  if (branch.starts_with("refs/")) return branch;
  if (branch.starts_with("heads/")) return "refs/" + branch;
  return std::string(kHeads) + branch;
}

std::optional<Refusal> refuse_move(const policy::WorktreeRules& rules,
                                   const std::string& ref, bool deletes,
                                   std::int64_t now_ms) {
  return refusal_of(
      policy::judge_move(rules, {"", deletes ? "0" : "1", ref}, now_ms),
      "move_ref");
}

std::optional<Refusal> refuse_push(const policy::WorktreeRules& rules,
                                   const std::string& remote_ref,
                                   std::int64_t now_ms) {
  return refusal_of(policy::judge_push(rules, remote_ref, now_ms), "push");
}

std::optional<Refusal> refuse_merge(const policy::WorktreeRules& rules,
                                    const std::string& ref,
                                    std::int64_t now_ms) {
  // To catch up with what everybody starts from, or gets together, is free.
  if (rules.merge || !blocks(rules, kMerges, now_ms) || ref == rules.base ||
      holds(rules.integration, ref) || !holds(rules.others, ref))
    return std::nullopt;
  return Refusal{kMerges,
                 "role " + quoted(rules.role()) + " may not merge; " +
                     quoted(short_name(ref)) +
                     " is the branch of another agent",
                 "who merges: git orch send overseer -m TEXT"};
}

std::optional<Refusal> refuse_switch(const policy::WorktreeRules& rules,
                                     const std::string& ref,
                                     std::int64_t now_ms) {
  auto refusal = refuse_move(rules, ref, false, now_ms);
  if (refusal)
    refusal->way = "your branch is " + quoted(short_name(rules.branch)) +
                   "; to look at the other one: git switch --detach " +
                   short_name(ref);
  return refusal;
}

std::optional<Refusal> refuse_plumbing(const policy::WorktreeRules& rules,
                                       const std::string& command,
                                       std::int64_t now_ms) {
  if (rules.move_base || !blocks(rules, kRefs, now_ms)) return std::nullopt;
  return Refusal{
      kRefs,
      "role " + quoted(rules.role()) + " moves no refs with 'git " + command +
          "'",
      "your own branch moves with commit, merge, rebase and reset; " +
          asking("move_ref")};
}

std::optional<Refusal> refuse_without_hooks(const policy::WorktreeRules& rules,
                                            const std::string& verb,
                                            std::int64_t now_ms) {
  std::vector<std::string> guards = {"guards.paths", "guards.trailers", kMerges,
                                     "guards.prefix"};
  if (verb == "push") guards = {kPushes};
  if (verb.empty()) guards.insert(guards.begin(), {kRefs, kPushes});
  for (const std::string& guard : guards)
    if (blocks(rules, guard, now_ms))
      return Refusal{guard,
                     "role " + quoted(rules.role()) +
                         (verb.empty() ? " may not lead git to other hooks"
                                       : " may not leave the hooks out"),
                     verb.empty()
                         ? asking("change_hooks")
                         : "run it without that option: a hook that refuses "
                           "says what is wrong"};
  return std::nullopt;
}

std::optional<Refusal> refuse_pull_request(const policy::WorktreeRules& rules,
                                           std::int64_t now_ms) {
  if (rules.pr || !blocks(rules, kPushes, now_ms)) return std::nullopt;
  return Refusal{kPushes,
                 "role " + quoted(rules.role()) + " may not open pull requests",
                 asking("push")};
}

std::string text_of(const Refusal& refusal) {
  return "orch: refused by " + refusal.guard + ": " +
         text::printable(refusal.what) +
         "\nhint: " + text::printable(refusal.way) +
         "\nhint: why: git orch policy explain " + refusal.guard + "\n";
}

}  // namespace orch::permission
