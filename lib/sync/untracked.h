// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

// What a move of a worktree would destroy; private to `sync`.
namespace orch::sync {

using repository::Repository;

// A file or symbolic link, ignored ones included, that `from` does not have and
// that stands where `to` puts something: at a path, above it or below it. Empty
// when nothing does. The worktree has no uncommitted changes of tracked files.
std::string find_untracked(const Repository& repository,
                           const Repository& worktree, const std::string& from,
                           const std::string& to);

}  // namespace orch::sync
