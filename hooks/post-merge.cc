// SPDX-License-Identifier: MIT
//
// After a merge or pull that did not conflict (a conflicting one ends in a
// commit, and post-commit). A fast-forward makes no event of its own, but the
// branch has moved.
#include "doorbell/doorbell.h"
#include "event/record.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  const repository::Head head = repository::read_head(call.repository);
  doorbell::record_call_of_git(
      call.repository, event::kind::kMerge,
      {{"commit", head.commit},
       {"ref", head.branch},
       {"agent", repository::agent_of(call.repository).value_or("")}});
  return true;
}

}  // namespace

const Hook kHook = {"post-merge", Refuses::No, false, run};

}  // namespace orch::hooks
