// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

// Small questions about commits and worktrees.
namespace orch::git {

using repository::Repository;

// Whether `commit` is `of` or one of its ancestors; false, too, where git does
// not know them.
bool is_ancestor(const Repository& repository, const std::string& commit,
                 const std::string& of);

// What somebody has begun in a worktree and not finished: "a rebase", or the
// name of the file by which git knows it ("MERGE_HEAD"); empty: nothing.
std::string unfinished_in(const Repository& worktree);

}  // namespace orch::git
