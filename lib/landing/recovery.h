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
// what they were to become, or the beginning of it, and nothing else, are as
// before.
void recover(const Repository& repository, store::Store& store,
             const std::string& ref);

// A move that git was to make in a worktree, and did not.
struct Half {
  std::string ref, from, to;
  std::string worktree;
};
// A git that was killed leaves its locks, one that was refused does not.
enum class Locks { Keep, Remove };
// False while another git runs there: nothing was looked at.
bool mend_worktree(const Repository& repository, const Half& half, Locks locks);

// Behind a move that was made by a git that was killed then: it moves the
// branch before it lets go of HEAD. False while another git runs there.
bool unlock_worktree(const Repository& repository, const Half& half);

}  // namespace orch::landing
