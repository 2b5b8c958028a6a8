// SPDX-License-Identifier: MIT
#include "guard.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "process/process.h"
#include "text/text.h"
#include "untouched.h"

namespace orch::hooks {
namespace {

using policy::Finding;
using policy::WorktreeRules;
using repository::Repository;

constexpr char kRules[] = "/orch-guard";
// Of git, and of the program that makes the rules anew.
constexpr int kPatienceMs = 10000;
constexpr std::size_t kShown = 10;

bool is_as_it_was(const policy::Source& source) {
  struct stat now {};
  if (::stat(source.path.c_str(), &now) != 0) return source.changed_ns == 0;
  return source.size == now.st_size &&
         source.changed_ns == std::int64_t{now.st_mtim.tv_sec} * 1000000000 +
                                  now.st_mtim.tv_nsec;
}

bool is_fresh(const WorktreeRules& rules) {
  return std::all_of(rules.sources.begin(), rules.sources.end(), is_as_it_was);
}

std::optional<WorktreeRules> read_rules(const Repository& repository) {
  const auto text = file::find_contents(repository.git_dir + kRules);
  return text ? policy::parse_worktree_rules(*text) : std::nullopt;
}

std::string remake_rules(const Repository& repository) {
  const auto made =
      process::run({.argv = {installation::internal_program("git-orch--guard"),
                             "make", repository.git_dir},
                    .timeout_ms = kPatienceMs});
  return made.ok() ? "" : std::string(text::trim(made.errors));
}

std::string quoted(const std::string& name) {
  return "'" + text::printable(name) + "'";
}

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

}  // namespace

std::int64_t now_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1000000;
}

std::optional<WorktreeRules> load_rules(const Repository& repository) {
  if (!repository::agent_of(repository)) return std::nullopt;
  auto rules = read_rules(repository);
  if (rules && is_fresh(*rules)) return rules;
  const std::string fault = remake_rules(repository);
  if (auto made = read_rules(repository)) rules = std::move(made);
  if (!fault.empty() || !rules)
    std::fprintf(stderr, "warning: orch: %s: %s\n",
                 rules ? "the guards hold what held before"
                       : "this worktree is not guarded",
                 text::printable(fault.empty() ? "no rules" : fault).c_str());
  return rules;
}

bool pass(const Call& call, const Finding& finding,
          const std::vector<std::string>& hints) {
  const bool refuses = finding.mode == policy::Mode::Block;
  std::fprintf(stderr, "%s %s: %s\n",
               refuses ? "orch: refused by" : "warning: orch:",
               finding.guard.c_str(), text::printable(finding.what).c_str());
  if (refuses) {
    for (const std::string& hint : hints)
      std::fprintf(stderr, "hint: %s\n", text::printable(hint).c_str());
    std::fprintf(stderr,
                 "hint: why: git orch policy explain %s\n"
                 "hint: a person can let it pass: git orch policy override %s "
                 "-m WHY\n",
                 finding.guard.c_str(), finding.guard.c_str());
  }
  try {
    doorbell::record(
        call.repository, event::kind::kGuard,
        {{"agent", repository::agent_of(call.repository).value_or("")},
         {"guard", finding.guard},
         {"mode", std::string(policy::mode_name(finding.mode))},
         {"what", finding.what}});
  } catch (const Error& e) {
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
  }
  return !refuses;
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
                            now_ms());
}

std::optional<Finding> judge_merge(const Call& call, const WorktreeRules& rules,
                                   const std::vector<std::string>& merged) {
  constexpr char kGuard[] = "guards.merges";
  const auto mode = policy::mode_of(rules, kGuard, now_ms());
  if (mode == policy::Mode::Off || rules.merge) return std::nullopt;
  for (const std::string& commit : merged) {
    // To catch up with what everybody starts from, or gets together, is free.
    if (!rules.base.empty() && is_in(call, commit, rules.base)) continue;
    if (std::any_of(rules.integration.begin(), rules.integration.end(),
                    [&](const auto& b) { return is_in(call, commit, b); }))
      continue;
    for (const std::string& other : rules.others)
      if (is_in(call, commit, other))
        return Finding{kGuard, mode,
                       "role " + quoted(rules.role()) + " may not merge; " +
                           quoted(git::short_branch(other)) +
                           " is the branch of another agent"};
  }
  return std::nullopt;
}

std::optional<Finding> judge_paths(const Call& call, const WorktreeRules& rules,
                                   const std::vector<std::string>& merged,
                                   std::vector<std::string>* paths) {
  constexpr char kGuard[] = "guards.paths";
  const auto mode = policy::mode_of(rules, kGuard, now_ms());
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
  std::string names;
  for (std::size_t i = 0; i < std::min(kShown, paths->size()); ++i)
    names += (i > 0 ? ", " : "") + quoted((*paths)[i]);
  if (paths->size() > kShown)
    names += " and " + std::to_string(paths->size() - kShown) + " more";
  return Finding{kGuard, mode,
                 "role " + quoted(rules.role()) + " may not change " + names};
}

bool guard_commit(const Call& call) {
  const auto rules = load_rules(call.repository);
  if (!rules) return true;
  const std::string own = git::short_branch(rules->branch);
  if (const auto finding = judge_branch(call, *rules))
    if (!pass(call, *finding,
              {"your branch: git switch " + own +
               " (git stash keeps your work)"}))
      return false;
  const auto merged = merged_commits(call.repository);
  if (const auto finding = judge_merge(call, *rules, merged))
    if (!pass(call, *finding,
              {"to leave the merge: git merge --abort",
               "who merges: git orch send overseer -m TEXT"}))
      return false;
  std::vector<std::string> paths;
  if (const auto finding = judge_paths(call, *rules, merged, &paths))
    if (!pass(call, *finding,
              {"to leave it out: git restore --staged -- " +
                   text::printable(paths.front()),
               "to ask for it: git orch ask change_paths -m WHY"}))
      return false;
  return true;
}

}  // namespace orch::hooks
