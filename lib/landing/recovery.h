// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"
#include "store/store.h"

namespace orch::landing {

using repository::Repository;

// Ends what writers that are dead have begun on `ref`; private to this module,
// under its lease. An intent whose move was made is done, any other withdrawn.
// A worktree that git left half moved comes back to the branch: files that hold
// what they were to become, and nothing else, are as before.
void recover(const Repository& repository, store::Store& store,
             const std::string& ref);

}  // namespace orch::landing
