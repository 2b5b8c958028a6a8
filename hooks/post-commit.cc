// SPDX-License-Identifier: MIT
//
// After commit, cherry-pick, revert and each pick of a rebase: one event per
// logical commit. During a rebase and after an amend nothing is recorded here;
// post-rewrite says which commits became which.
#include "event/record.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  if (repository::is_rebasing(call.repository) ||
      repository::last_move_was_amend(call.repository))
    return true;
  record_head(call, event::kind::kCommit);
  return true;
}

}  // namespace

const Hook kHook = {"post-commit", Refuses::No, false, run};

}  // namespace orch::hooks
