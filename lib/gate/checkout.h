// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

namespace orch::gate {

using repository::Repository;

// A throw-away worktree with a commit checked out, HEAD detached: nobody's
// branch, below the state directory, run by no hook. It goes with this object;
// one that a kill leaves is removed by the next tick.
class Checkout {
 public:
  // Throws Error{UnknownName} when there is no such commit, Error{Io,
  // Contended}.
  Checkout(const Repository& repository, const std::string& commit);
  ~Checkout();
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;

  const std::string& path() const { return path_; }

 private:
  const Repository repository_;
  std::string directory_;  // of the owner's name, holds the worktree
  std::string path_;
};

// Removes the checkout in `directory`, which its owner left behind, with what
// git knows of it; nothing when there is none.
void clear_checkout(const Repository& repository, const std::string& directory);

// The same of all whose owner has ended without, and of other quarantines.
// Returns how many. As long as a half-made one is there, gits that look at all
// worktrees can fail (git 2.39: an empty commondir).
int clear_left(const Repository& repository);

}  // namespace orch::gate
