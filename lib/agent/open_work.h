// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

namespace orch::agent {

// Whether the worktree holds what a snapshot of it would: changes, staged or
// not, and untracked files, also behind --skip-worktree, --assume-unchanged and
// a sparse checkout. True when it cannot be told. Throws Error{Io} when git
// cannot read all of it.
bool has_open_work(const repository::Repository& repository,
                   const std::string& worktree);

}  // namespace orch::agent
