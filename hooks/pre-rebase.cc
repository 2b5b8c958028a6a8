// SPDX-License-Identifier: MIT
//
// Before a rebase: arguments are the upstream and, when it is not HEAD, the
// branch. Says no, in an agent's worktree, to a rebase that would conflict;
// elsewhere it warns, since rebasing is how people resolve.
#include <cstdio>

#include "config/config.h"
#include "git/merge.h"
#include "hook.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

void print_finding(const git::Merge& merge, const std::string& upstream,
                   bool blocks) {
  std::fprintf(stderr, "orch: rebasing onto '%s' would conflict in %s:\n",
               text::printable(upstream).c_str(),
               text::count_of(merge.paths.size(), "file").c_str());
  for (const std::string& path : merge.paths)
    std::fprintf(stderr, "  %s\n", text::printable(path).c_str());
  if (!blocks) return;
  std::fprintf(stderr,
               "hint: to rebase all the same: git rebase --no-verify %s\n"
               "hint: to be warned only: git config orch.preRebase warn\n",
               text::printable(upstream).c_str());
}

bool run(const Call& call) {
  const auto configured =
      config::Config::load(call.repository).find("orch.prerebase");
  const bool agents_own = repository::agent_of(call.repository).has_value();
  std::string mode = configured.value_or("");
  if (mode != "off" && mode != "warn" && mode != "block") {
    if (configured)
      std::fprintf(stderr,
                   "warning: orch: unknown value '%s' for orch.preRebase; "
                   "known: off, warn, block\n",
                   text::printable(*configured).c_str());
    mode = agents_own ? "block" : "warn";
  }
  if (mode == "off" || call.args.empty()) return true;

  const auto upstream = git::find_commit(call.repository, call.args[0]);
  const auto tip = git::find_commit(
      call.repository, call.args.size() > 1 ? call.args[1] : "HEAD");
  if (!upstream || !tip) return true;

  const git::Quarantine quarantine(call.repository);
  const git::Merge merge =
      git::merge_all(call.repository, quarantine, {{*upstream, *tip}}).front();
  if (merge.verdict != git::Verdict::Conflict) return true;
  const bool blocks = mode == "block";
  print_finding(merge, call.args[0], blocks);
  return !blocks;
}

}  // namespace

const Hook kHook = {"pre-rebase", Refuses::Yes, false, run};

}  // namespace orch::hooks
