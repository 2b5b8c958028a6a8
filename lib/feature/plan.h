// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "feature/feature.h"
#include "feature/journal.h"
#include "role/role.h"

// What a set-up would make, and everything that can be refused before its
// first change. Private to this module.
namespace orch::feature {

std::string branch_of(const std::string& spec_id, const std::string& role);

// The roles that `request` names, or its team's, those that the team extends
// first. Exactly one is an overseer (`hint`: how one that is missing is added),
// and none lacks one that it requires.
std::vector<role::Role> load_roles(
    const Repository& repository, const Request& request,
    const std::string& hint = role::kAddOverseer);

// The branch that HEAD is on, or the one that was asked for (a short name).
struct Base {
  std::string ref;
  std::string commit;
};
Base base_of(const Repository& repository, const std::string& asked);

// Where worktrees go: orch.worktreeRoot, else beside the main worktree. Throws
// Error{InvalidDirectory} for a path in which no agent would be guarded.
std::string worktree_root(const Repository& repository);

void refuse_bad_spec_id(const std::string& spec_id);
void refuse_submodule(const Repository& repository);

// Throws Error{Exists} when a branch or a worktree of `agents` is there and not
// the journal's.
void refuse_in_the_way(const Repository& repository, const std::string& spec_id,
                       const std::vector<store::Agent>& agents,
                       const Journal* journal);

// `journal` null: a fresh set-up; else what it names is ours already.
Created plan_with(const Repository& repository, const Request& request,
                  const std::vector<role::Role>& roles, const Journal* journal);

}  // namespace orch::feature
