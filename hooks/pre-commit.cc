// SPDX-License-Identifier: MIT
//
// Before the message is written, not with --no-verify: no arguments. In an
// agent's worktree it says no to files that the role may not change, and to a
// commit on a branch that is not the agent's.
#include "commit_guard.h"

namespace orch::hooks {

const Hook kHook = {"pre-commit", Refuses::Yes, false, guard_commit};

}  // namespace orch::hooks
