// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"
#include "store/store.h"

// Moving a branch that others work on: by compare-and-swap, under a lease, and
// along with the worktree that has it checked out.
namespace orch::landing {

using repository::Repository;

// The right to move `ref`, for as long as this lives: a kernel lock, which a
// git of ours that outlives us keeps until it has ended, and a row that says
// who has it. One at a time in this process.
class Lease {
 public:
  // What a killed holder left is completed or taken back first. Throws
  // Error{Contended} that names the holder when it is not free in time.
  Lease(const Repository& repository, store::Store& store,
        const std::string& ref, const std::string& owner);
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const std::string& ref() const { return ref_; }

 private:
  store::Store& store_;
  std::string ref_;
  file::Lock lock_;
  process::Inheritance inheritance_;
};

enum class Result {
  Moved,
  Elsewhere,  // somebody else has moved it: it is not at `from`
  Dirty,      // git refuses to change the worktree that has it checked out
};

struct Outcome {
  Result result = Result::Moved;
  std::vector<std::string> paths;  // of Dirty: those that are in the way
  std::string detail;              // in words; empty when moved
  std::string worktree;            // that has it checked out; may be empty
};

// The worktree that has `ref` checked out, or in which something is under way
// that will end on it; empty: none.
std::string worktree_of(const Repository& repository, const std::string& ref);

// Whether one path stands where the other is to be: the same, or one the
// directory of the other.
bool overlaps(const std::string& a, const std::string& b);

// What in a worktree stands in the way of `changed` paths: uncommitted or
// untracked files among them. `detail` says it, also when something else does
// (a merge, a rebase under way).
struct Obstacle {
  std::vector<std::string> paths;
  std::string detail;  // empty: nothing stands in the way
};
Obstacle find_obstacle(const Repository& repository,
                       const std::string& worktree,
                       const std::vector<std::string>& changed);

// Moves the lease's branch from one commit to a descendant: with `git merge
// --ff-only` where it is checked out, which keeps changes that do not overlap,
// else as a ref. An intent is written before it. A git that somebody kills
// meanwhile is Elsewhere: what it left is mended, and it may be tried again.
Outcome advance(const Repository& repository, store::Store& store,
                const Lease& lease, const std::string& from,
                const std::string& to, const std::string& why);

// Moves it back to an earlier commit, as `git reset --keep` does: changes that
// are not committed stay, or nothing moves.
Outcome put_back(const Repository& repository, store::Store& store,
                 const Lease& lease, const std::string& from,
                 const std::string& to, const std::string& why);

// Keeps `commit` by a ref below refs/orch/backup/<branch>/, and returns that
// ref. Doing it twice at the same time of the clock for the same commit is
// once.
std::string back_up(const Repository& repository, const std::string& ref,
                    const std::string& commit);

}  // namespace orch::landing
