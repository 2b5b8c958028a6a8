// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/rebuild.h"

// A damaged event store, made anew from what can still be read of it and from
// git: branches, worktrees, commits and snapshots.
namespace orch::rebuild {

using repository::Repository;

// What git knows of features. Guesses: the base of a feature is the branch that
// is checked out in the main worktree (when it is no feature's), and its role
// `overseer` is the one of that kind. Asks git; slow.
store::Known known_to_git(const Repository& repository);

struct Report {
  std::string aside;               // where the damaged store is now
  std::vector<std::string> lines;  // what was found, made anew, guessed, lost
};

// Sets the store aside, makes a new one and keeps the lines in it, under the
// meta key "rebuilt <name of the file set aside>", for `doctor`. Folds nothing:
// the next verb does. Throws Error{Io, Contended}.
Report rebuild(const Repository& repository);

// The lines for people.
std::vector<std::string> words_of(const store::Rebuilt& rebuilt);

}  // namespace orch::rebuild
