// SPDX-License-Identifier: MIT
#pragma once

#include "repository/repository.h"
#include "setup/setup.h"
#include "store/features.h"

// What becomes of agents' worktrees and branches; private to `setup`.
namespace orch::setup {

// Both stay, and are listed; of an agent of another repository, which this one
// is a copy of, the branch alone.
void keep_agent(const Repository& repository, const store::Agent& agent,
                Removed& out);

// Removes a worktree and its branch when no work is in them; says what was
// kept otherwise.
void purge_agent(const Repository& repository, const store::Agent& agent,
                 Removed& out);

}  // namespace orch::setup
