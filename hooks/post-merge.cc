// SPDX-License-Identifier: MIT
//
// After a merge or pull that did not conflict (a conflicting one ends in a
// commit, and post-commit). A fast-forward makes no event of its own, but the
// branch has moved.
#include "event/record.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  record_head(call, event::kind::kMerge);
  return true;
}

}  // namespace

const Hook kHook = {"post-merge", Refuses::No, false, run};

}  // namespace orch::hooks
