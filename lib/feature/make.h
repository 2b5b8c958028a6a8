// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "feature/feature.h"
#include "feature/journal.h"
#include "role/role.h"
#include "store/store.h"

// The steps of a set-up. Each can be run again after a kill: it does what is
// missing. Private to this module; the caller holds the worktree lock.
namespace orch::feature {

// All in one ref transaction; those that are there stay.
void create_branches(const Repository& repository, const Created& planned);

// Adds the agent's worktree without its files, and marks it as the agent's.
void add_worktree(const Repository& repository, const store::Agent& agent);

// Fills new worktrees, some side by side. The journal says that nobody has
// worked in them, so a lock that a killed git left is no one's.
void check_out(const Repository& repository,
               const std::vector<store::Agent>& agents);

// Feature, agents and their recurring check-ins in one transaction; completes
// `planned` with ids and times. `roles` in the order of the agents.
// `plan` may be null.
void insert_rows(store::Store& store, Created& planned,
                 const std::vector<role::Role>& roles, const store::Plan* plan);

// Undoes what the journal names. Only untouched things go: a branch is deleted
// by compare-and-swap from where we made it.
void undo(const Repository& repository, const Journal& journal);

}  // namespace orch::feature
