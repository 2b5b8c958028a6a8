// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "furnishing/furnishing.h"

// Files of the main worktree in an agent's; private to `furnishing`.
namespace orch::furnishing {

// The main worktree, when the agent works at the top of a linked worktree of
// this repository and there is one; else empty, with `why` unless the agent
// works in the main worktree or elsewhere.
struct Source {
  std::string top;
  std::string why;
};
Source find_source(const Repository& repository, const store::Agent& agent);

// Paths below `top` that `pattern` (role/furnishing.h) stands for, sorted; none
// of them in a git directory or behind a symbolic link.
std::vector<std::string> paths_like(const std::string& top,
                                    const std::string& pattern);

// The ignored files in `top` that its .worktreeinclude names, sorted.
std::vector<std::string> included_files(const Repository& repository,
                                        const std::string& top);

// What .worktreeinclude and the role's copy and link say; tells what could not
// be done, and what git will show as untracked.
void place_files(const Repository& repository, const std::string& top,
                 const store::Agent& agent, const role::Role* role,
                 const Listener& listener);

}  // namespace orch::furnishing
