// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "repository/repository.h"
#include "store/store.h"

namespace orch::resume {

// Where the worktrees of agents are that are not where their rows say, and of
// which git does not know either: directories beside the old place, and the one
// that we stand in, whose `.git` leads to the private directory of an agent's
// worktree. By the agent's address.
std::map<std::string, std::string> find_moved(
    const repository::Repository& repository, store::Store& store);

}  // namespace orch::resume
