// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "conflict/suggest.h"

namespace orch::conflict {

// Makes the proposal a merge commit of the branch of either side: of the one
// that is checked out in `here`, else of ours. Its old tip is kept by a ref
// first; the branch moves only if it still is there, and the worktree that has
// it goes along as with `git merge --ff-only`. What a kill left half done is
// completed. Throws Error{Contended} when a side has moved, Error{Dirty} when
// the worktree has changes in files that the merge changes, or something
// unfinished, Error{RefusedByPolicy} when the proposal is not to be applied.
struct Applied {
  store::Proposal proposal;
  std::string worktree;  // empty: the branch is checked out nowhere
};
Applied apply(const Repository& here, store::Store& store,
              const store::Conflict& conflict, store::Proposal proposal);

}  // namespace orch::conflict
