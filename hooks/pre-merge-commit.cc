// SPDX-License-Identifier: MIT
//
// When a merge went well, before its commit, not with --no-verify: no
// arguments. (A merge that conflicted ends in a commit, and pre-commit.)
#include "commit_guard.h"

namespace orch::hooks {

const Hook kHook = {"pre-merge-commit", Refuses::Yes, false, guard_commit};

}  // namespace orch::hooks
