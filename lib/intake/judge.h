// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "policy/worktree_rules.h"
#include "repository/repository.h"

namespace orch::intake {

// What the policy says about a branch that becomes `to` and was `from`, both
// commits of `repository`: of whose work it takes in, which files it changes,
// in whose name, and of submodules. What others have committed, they answer
// for. Throws Error{Io} when git cannot tell.
std::vector<policy::Finding> judge(const repository::Repository& repository,
                                   const policy::WorktreeRules& rules,
                                   const std::string& from,
                                   const std::string& to);

}  // namespace orch::intake
