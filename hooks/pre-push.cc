// SPDX-License-Identifier: MIT
//
// Before anything is sent, not with --no-verify: arguments are the remote's
// name and URL; a line "<local ref> <id> <remote ref> <id>" for each ref.
#include "clock/clock.h"
#include "guard.h"
#include "hookinput/git_lines.h"

namespace orch::hooks {
namespace {

bool judge(const Call& call, const policy::WorktreeRules& rules) {
  for (const std::string& ref : hookinput::pushed_refs_in(call.input)) {
    const auto finding = policy::judge_push(rules, ref, clock::now());
    if (finding &&
        !pass(call, *finding,
              {"nothing was pushed; to ask for it: git orch ask push -m WHY"}))
      return false;
  }
  return true;
}

bool run(const Call& call) { return guarded(call, judge); }

}  // namespace

const Hook kHook = {"pre-push", Refuses::Yes, true, run};

}  // namespace orch::hooks
