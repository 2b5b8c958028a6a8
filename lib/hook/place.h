// SPDX-License-Identifier: MIT
#pragma once

#include "repository/repository.h"

// Putting hooks where git finds them, and taking them away; private to `hook`.
namespace orch::hook {

using repository::Repository;

// Links in the default directory.
void place_links(const Repository& repository);
void remove_links(const Repository& repository);

// orch/hooks, and core.hooksPath of every worktree that has none of its own.
void place_in_worktrees(const Repository& repository);
void lead_to_us(const Repository& repository, const Repository& worktree);
// Whether a core.hooksPath is ours from before the repository was moved.
bool is_left_behind(const std::string& hooks_path);
void leave_worktrees(const Repository& repository);

// hook.orch-<event>.command and .event; the command is our program's path,
// quoted for sh(1) when it has to be.
std::string command_of(const std::string& event);
void place_in_config(const Repository& repository);
void leave_config(const Repository& repository);

}  // namespace orch::hook
