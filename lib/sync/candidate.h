// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sync/sync.h"

// What a branch would become; private to `sync`.
namespace orch::sync {

struct Candidate {
  std::string method;  // forward, rebase, merge
  std::string commit;  // empty when it conflicts
  // Of a rebase, in the order of the commits: what became of each.
  std::vector<std::pair<std::string, std::string>> rewritten;
  std::vector<std::string> conflicts;  // paths, sorted
  std::string stopped_at;  // of a rebase that conflicts: id and subject
};

// Made by git itself in a throw-away worktree: of the repository nothing
// changes but its objects. `method` is "rebase" or "merge"; a branch without
// commits of its own is forwarded, and one with merges of its own, which a
// rebase would take apart, or with commits that another branch has, is merged.
// Throws Error{Io} where git fails without a conflict.
Candidate build(const Repository& repository, const Standing& standing,
                const std::string& method);

}  // namespace orch::sync
