// SPDX-License-Identifier: MIT
#pragma once

#include "repository/repository.h"
#include "runtime/placeholders.h"

// What an agent CLI is told of the guards when it starts; private to `agent`.
namespace orch::agent {

using repository::Repository;

// Sets the denials of `values` from the rules that hold in the agent's
// worktree; none where there are no rules, as for an agent of no feature.
void set_denials(const Repository& worktree, runtime::Placeholders& values);

}  // namespace orch::agent
