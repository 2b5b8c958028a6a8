// SPDX-License-Identifier: MIT
#pragma once

#include "repository/repository.h"
#include "store/store.h"

// What slipped by the guards: refs as they are, compared with what they were
// when we last looked, and with what explains a move.
namespace orch::audit {

using repository::Repository;

// Looks at all branches, tags and replacements, and at snapshots. A move is
// explained by the reflog of the worktree in which it was made (an agent's own
// branch in its own), by an announcement of a program of ours, or, as a
// person's, by the reflog of a worktree that is no agent's, and by no agent
// running. What a person did to a protected ref is an event
// `ref_moved_by_person`, but for commits, which have their own. Everything else
// is an event `ref_unexplained`; where the ref is protected, overseers are told
// and, when the policy says so, it is put back, what it had become being kept
// below refs/orch/quarantine. The first look only remembers. Returns how many
// moves were not explained. `settled`, which may be null: set to false when
// something is still to be looked at again.
int compare_refs(const Repository& repository, store::Store& store,
                 bool* settled = nullptr);

// The policy and the roles, which say what agents may do, are files that an
// agent can write to: a change is an event `policy_changed`, with who was
// running. The first look only remembers. Returns how many have changed.
int compare_rules(const Repository& repository, store::Store& store);

}  // namespace orch::audit
