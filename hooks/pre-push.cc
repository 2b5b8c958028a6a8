// SPDX-License-Identifier: MIT
//
// Before anything is sent, not with --no-verify: arguments are the remote's
// name and URL; a line "<local ref> <id> <remote ref> <id>" for each ref.
#include "clock/clock.h"
#include "guard.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

bool judge(const Call& call, const policy::WorktreeRules& rules) {
  for (const std::string& line : text::split_list(call.input, '\n')) {
    const auto words = text::split_list(line, ' ');
    if (words.size() != 4) continue;
    const auto finding = policy::judge_push(rules, words[2], clock::now());
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
