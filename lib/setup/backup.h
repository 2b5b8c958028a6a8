// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"
#include "store/store.h"

// What is kept outside the state directory; private to `setup`.
namespace orch::setup {

// Moves the store out of the state directory, one whole file, and returns its
// path. A backup that is there stays: the next one gets a number. Throws
// Error{Io}.
std::string move_store(const repository::Repository& repository,
                       store::Store store);

// The same with the worktrees that were taken away and not swept yet: they have
// files that no snapshot holds. Empty when there are none.
std::string move_trash(const repository::Repository& repository);

}  // namespace orch::setup
