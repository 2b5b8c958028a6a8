// SPDX-License-Identifier: MIT
#include "commit_guard.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "guard.h"
#include "process/process.h"
#include "text/text.h"
#include "untouched.h"

namespace orch::hooks {
namespace {

using policy::Finding;
using policy::WorktreeRules;
using repository::Repository;

constexpr int kPatienceMs = 10000;  // of git

process::Outcome ask(const Call& call, std::vector<std::string> args) {
  git::Call git{.args = std::move(args),
                .worktree = file::current_directory(),
                .dies_with_us = true,
                .timeout_ms = kPatienceMs};
  // `git commit <path>` shows its hooks an index of its own.
  if (const char* index = std::getenv("GIT_INDEX_FILE"))
    git.environment.emplace_back("GIT_INDEX_FILE", index);
  return git::run(call.repository, git);
}

bool is_in(const Call& call, const std::string& commit,
           const std::string& branch) {
  return ask(call, {"merge-base", "--is-ancestor", commit, branch}).ok();
}

std::set<std::string> changed(const Call& call, const std::string& than,
                              const std::vector<std::string>& pathspecs) {
  std::vector<std::string> args = {
      "diff-index", "--cached", "--name-only", "--no-renames",
      "-z",         than,       "--"};
  args.insert(args.end(), pathspecs.begin(), pathspecs.end());
  const auto answer = ask(call, args);
  if (!answer.ok())
    throw Error(ErrorCode::Io,
                "git diff-index failed: " + git::message_of(answer));
  auto names = text::split(answer.output, '\0');
  std::erase(names, "");
  return {names.begin(), names.end()};
}

// Paths that `pathspecs` select out of what is new in the result.
std::set<std::string> changed_here(const Call& call,
                                   const std::vector<std::string>& merged,
                                   const std::vector<std::string>& pathspecs) {
  const bool born = ask(call, {"rev-parse", "-q", "--verify", "HEAD"}).ok();
  std::string first = "HEAD";
  if (!born)
    first = std::string(text::trim(
        ask(call, {"hash-object", "-t", "tree", "/dev/null"}).output));
  std::set<std::string> out = changed(call, first, pathspecs);
  for (const std::string& commit : merged) {
    if (out.empty()) break;
    const auto other = changed(call, commit, pathspecs);
    std::erase_if(out, [&](const auto& p) { return !other.contains(p); });
  }
  return out;
}

std::vector<std::string> merged_commits(const Repository& repository) {
  std::vector<std::string> out;
  if (const auto heads =
          file::find_contents(repository.git_dir + "/MERGE_HEAD"))
    out = text::split_list(*heads, '\n');
  constexpr std::string_view kFront = "GITHEAD_";
  for (char** v = environ; out.empty() && *v; ++v) {
    const std::string_view entry(*v);
    if (entry.starts_with(kFront))
      out.emplace_back(entry.substr(
          kFront.size(),
          entry.find('=') - std::min(entry.find('='), kFront.size())));
  }
  return out;
}

std::optional<Finding> judge_branch(const Call& call,
                                    const WorktreeRules& rules) {
  const auto head = repository::read_head(call.repository);
  if (head.branch.empty()) return std::nullopt;
  // To whatever it will become.
  return policy::judge_move(rules, {head.commit, "next", head.branch},
                            clock::now());
}

std::optional<Finding> judge_merge(const Call& call, const WorktreeRules& rules,
                                   const std::vector<std::string>& merged) {
  const auto mode = policy::mode_of(rules, policy::kMerges, clock::now());
  if (mode == policy::Mode::Off || rules.merge) return std::nullopt;
  for (const std::string& commit : merged) {
    // To catch up with what everybody starts from, or gets together, is free.
    if (!rules.base.empty() && is_in(call, commit, rules.base)) continue;
    if (std::any_of(rules.integration.begin(), rules.integration.end(),
                    [&](const auto& b) { return is_in(call, commit, b); }))
      continue;
    for (const std::string& other : rules.others)
      if (is_in(call, commit, other))
        return policy::finding_of_merge(rules, mode, other);
  }
  return std::nullopt;
}

std::optional<Finding> judge_paths(const Call& call, const WorktreeRules& rules,
                                   const std::vector<std::string>& merged,
                                   std::vector<std::string>* paths) {
  const auto mode = policy::mode_of(rules, policy::kPaths, clock::now());
  if (mode == policy::Mode::Off) return std::nullopt;
  const policy::PathQuestions ask_for = policy::path_questions(rules);
  const char* const index = std::getenv("GIT_INDEX_FILE");
  if (ask_for.outside.empty() &&
      are_nowhere(call.repository,
                  index ? index : call.repository.git_dir + "/index",
                  ask_for.denied))
    return std::nullopt;
  std::set<std::string> found;
  for (const auto* pathspecs : {&ask_for.outside, &ask_for.denied})
    if (!pathspecs->empty())
      found.merge(changed_here(call, merged, *pathspecs));
  if (found.empty()) return std::nullopt;
  paths->assign(found.begin(), found.end());
  return policy::finding_of_paths(rules, mode, found);
}

bool judge(const Call& call, const WorktreeRules& rules) {
  const std::string own = git::short_branch(rules.branch);
  if (const auto finding = judge_branch(call, rules))
    if (!pass(call, *finding,
              {"your branch: git switch " + own +
               " (git stash keeps your work)"}))
      return false;
  const auto merged = merged_commits(call.repository);
  if (const auto finding = judge_merge(call, rules, merged))
    if (!pass(call, *finding,
              {"to leave the merge: git merge --abort",
               "who merges: git orch send overseer -m TEXT"}))
      return false;
  std::vector<std::string> paths;
  if (const auto finding = judge_paths(call, rules, merged, &paths))
    if (!pass(call, *finding,
              {"to leave it out: git restore --staged -- " +
                   text::printable(paths.front()),
               "to ask for it: git orch ask change_paths -m WHY"}))
      return false;
  return true;
}

}  // namespace

bool guard_commit(const Call& call) { return guarded(call, judge); }

}  // namespace orch::hooks
