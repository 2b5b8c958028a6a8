// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"
#include "store/features.h"

// A repository that was copied as files (`cp -r`) has the rows of agents whose
// processes and worktrees are the original's.
namespace orch::agent {

// The common directory of the other repository to which the agent's worktree
// belongs, or from which its process was started; empty for one of ours. A
// repository that is gone has none: it was moved here.
std::string home_elsewhere(const repository::Repository& repository,
                           const store::Agent& agent);

// Throws Error{InvalidDirectory} when there is one.
void require_ours(const repository::Repository& repository,
                  const store::Agent& agent);

}  // namespace orch::agent
