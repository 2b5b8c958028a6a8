// SPDX-License-Identifier: MIT
#include "intake/intake.h"

#include <algorithm>

#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "git/state.h"
#include "guard/guard.h"
#include "intake/judge.h"
#include "text/text.h"

namespace orch::intake {
namespace {

using policy::Finding;
using policy::Mode;

constexpr int kPatienceMs = 120'000;
constexpr std::size_t kMostCommits = 1000;  // that are told one by one

void record_findings(const Repository& repository, const store::Agent& agent,
                     const std::vector<Finding>& findings) {
  for (const Finding& f : findings)
    doorbell::record(repository, event::kind::kGuard,
                     {{"agent", agent.address},
                      {"guard", f.guard},
                      {"mode", std::string(policy::mode_name(f.mode))},
                      {"what", f.what}});
}

// What post-commit would have told outside.
void record_commits(const Repository& repository, const store::Agent& agent,
                    const std::string& branch, const std::string& from,
                    const std::string& to) {
  const auto commits = text::split_list(
      git::run(repository,
               {.args = {"rev-list", "--reverse", "--first-parent",
                         "--max-count=" + std::to_string(kMostCommits), to,
                         "--not", from}})
          .output,
      '\n');
  for (const std::string& commit : commits)
    doorbell::record(
        repository, event::kind::kCommit,
        {{"commit", commit}, {"ref", branch}, {"agent", agent.address}});
}

// The files are those of the clone's branch already; the index follows. Where
// it cannot, as another git is at work there, the next commit brings it.
void refresh_index(const Repository& repository, const store::Agent& agent,
                   const std::string& branch) {
  const auto worktree = repository::find(agent.worktree);
  if (!worktree || git::branch_in(*worktree) != branch) return;
  git::run(repository,
           {.args = {"-c", "core.hooksPath=/dev/null", "reset", "-q"},
            .worktree = agent.worktree,
            .timeout_ms = kPatienceMs});
}

// Out of sight of who is in the sandbox, who could hold it.
std::string lock_of(const Repository& repository,
                    const sandbox::Settings& settings) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/sandbox-" + std::to_string(settings.agent);
}

bool blocks(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.mode == Mode::Block; });
}

}  // namespace

Taken take_over(const Repository& repository, store::Store& store,
                const store::Agent& agent, const sandbox::Settings& settings) {
  const auto lock = file::Lock::take(lock_of(repository, settings),
                                     file::Lock::Mode::Exclusive, kPatienceMs,
                                     "what takes over the agent's commits");
  const auto before = git::find_commit(repository, settings.seen_ref());
  sandbox::fetch(repository, settings);
  const auto seen = git::find_commit(repository, settings.seen_ref());
  const auto now = git::find_commit(repository, settings.branch);
  Taken out{.is_new = seen != before};
  if (!seen || !now || seen == now) return out;
  // The agent's own history may have been rewritten; what somebody else has
  // put there outside may not get lost.
  const auto taken = git::find_commit(repository, settings.taken_ref());
  const bool known = taken == now || git::is_ancestor(repository, *now, *seen);
  if (!known) {
    // Without anything new, the clone is merely behind.
    if (taken != seen) out.moved_to = *now;
    return out;
  }
  const auto rules = guard::rules_of(repository, store, agent, clock::now());
  out.findings = judge(repository, rules, *now, *seen);
  if (out.is_new) record_findings(repository, agent, out.findings);
  if (blocks(out.findings)) return out;
  // In its worktree, so that the reflog there tells of it.
  git::require(repository,
               {.args = {"-c", "core.hooksPath=/dev/null", "update-ref", "-m",
                         "sandbox: taken over", settings.branch, *seen, *now},
                .worktree = agent.worktree});
  git::require(repository,
               {.args = {"update-ref", settings.taken_ref(), *seen}});
  refresh_index(repository, agent, settings.branch);
  record_commits(repository, agent, settings.branch, *now, *seen);
  out.commit = *seen;
  return out;
}

std::string tell(const Taken& taken, const sandbox::Settings& settings) {
  std::string out;
  for (const Finding& f : taken.findings) {
    const bool refuses = f.mode == Mode::Block;
    out += (refuses ? "orch: refused by " : "warning: orch: ") + f.guard +
           ": " + text::printable(f.what) + "\n";
    if (refuses && f.guard.starts_with("guards."))
      out += "hint: why: git orch policy explain " + f.guard + "\n";
  }
  const std::string branch =
      text::printable(git::short_branch(settings.branch));
  if (blocks(taken.findings))
    out += "hint: your commits stay here; outside, '" + branch +
           "' is as it was. Take the change out of them: git rebase -i "
           "orch/outside\n";
  if (taken.moved_to)
    out += "orch: '" + branch +
           "' has been moved outside; your commits stay here\n"
           "hint: git rebase orch/outside\n";
  return out;
}

}  // namespace orch::intake
