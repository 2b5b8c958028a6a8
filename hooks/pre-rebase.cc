// SPDX-License-Identifier: MIT
//
// Before a rebase: arguments are the upstream and, when it is not HEAD, the
// branch. Says no, in an agent's worktree, to a rebase that would conflict;
// elsewhere it warns, since rebasing is how people resolve. It asks git, and
// git may take long: without an answer within the budget the rebase goes on.
#include <time.h>

#include <algorithm>
#include <cstdio>

#include "error/error.h"
#include "git/git.h"
#include "git/merge.h"
#include "hook.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

constexpr std::int64_t kBudgetMs = 200;

std::int64_t monotonic_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

// Asks git within what is left of the budget.
class Questions {
 public:
  explicit Questions(const repository::Repository& repository)
      : repository_(repository), deadline_(monotonic_ms() + kBudgetMs) {}

  process::Outcome ask(git::Call call) const {
    const std::int64_t left = deadline_ - monotonic_ms();
    call.worktree = repository_.worktree;
    call.dies_with_us = true;
    call.timeout_ms = static_cast<int>(std::max<std::int64_t>(1, left));
    process::Outcome outcome = git::run(repository_, call);
    if (outcome.timed_out)
      throw Error(ErrorCode::Timeout, "git gave no answer in " +
                                          std::to_string(kBudgetMs) +
                                          " ms; the rebase is not checked");
    return outcome;
  }

 private:
  const repository::Repository& repository_;
  std::int64_t deadline_;
};

std::string mode_of(const Call& call, const Questions& git) {
  const auto answer = git.ask({.args = {"config", "-z", "orch.preRebase"}});
  const std::string mode = answer.output.substr(0, answer.output.find('\0'));
  if (mode == "off" || mode == "warn" || mode == "block") return mode;
  if (answer.ok())
    std::fprintf(stderr,
                 "warning: orch: unknown value '%s' for orch.preRebase; "
                 "known: off, warn, block\n",
                 text::printable(mode).c_str());
  return repository::agent_of(call.repository) ? "block" : "warn";
}

// The files in which a merge of the two would conflict; none also when git
// cannot merge them. git-merge-tree(1): exit status 1, then the tree and the
// files, each ended by NUL.
std::vector<std::string> conflicts(const Call& call, const Questions& git,
                                   const std::string& upstream,
                                   const std::string& tip) {
  const git::Quarantine quarantine(call.repository);
  const auto answer =
      git.ask({.args = {"merge-tree", "--write-tree", "-z", "--name-only",
                        "--no-messages", upstream, tip},
               .environment = quarantine.environment()});
  if (answer.status != 1) return {};
  auto paths = text::split(answer.output, '\0');
  paths.erase(paths.begin());
  if (!paths.empty() && paths.back().empty()) paths.pop_back();
  return paths;
}

void print_finding(const std::vector<std::string>& paths,
                   const std::string& upstream, bool blocks) {
  std::fprintf(stderr, "orch: rebasing onto '%s' would conflict in %s:\n",
               text::printable(upstream).c_str(),
               text::count_of(paths.size(), "file").c_str());
  for (const std::string& path : paths)
    std::fprintf(stderr, "  %s\n", text::printable(path).c_str());
  if (!blocks) return;
  std::fprintf(stderr,
               "hint: to rebase all the same: git rebase --no-verify %s\n"
               "hint: to be warned only: git config orch.preRebase warn\n",
               text::printable(upstream).c_str());
}

bool run(const Call& call) {
  // `--root` stands where the upstream would.
  if (call.args.empty() || call.args[0].starts_with('-')) return true;
  const Questions git(call.repository);
  const std::string mode = mode_of(call, git);
  if (mode == "off") return true;
  const auto paths = conflicts(call, git, call.args[0],
                               call.args.size() > 1 ? call.args[1] : "HEAD");
  if (paths.empty()) return true;
  const bool blocks = mode == "block";
  print_finding(paths, call.args[0], blocks);
  return !blocks;
}

}  // namespace

const Hook kHook = {"pre-rebase", Refuses::Yes, false, run};

}  // namespace orch::hooks
