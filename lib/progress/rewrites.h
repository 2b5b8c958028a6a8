// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "repository/repository.h"

// What became of commits that no hook has told of: it was killed, is on its
// way, or git ran none.
namespace orch::progress {

struct Rewrites {
  const repository::Repository& repository;
  std::vector<std::string> refs;    // of the feature's branches, whole names
  std::set<std::string> lost;       // that no ref reaches any more
  std::vector<std::string> unseen;  // that no event tells of
  // Whose work a commit is; only a commit of the same role is its successor.
  std::function<std::string(const std::string& id)> role_of;
};

// Which of `unseen` each of `lost` has become, old to new; the rest has no
// successor. An amend is what the branch's reflog says. Otherwise author, time
// of authorship and subject are those of both, and of no other commit.
std::map<std::string, std::string> successors(const Rewrites& rewrites);

}  // namespace orch::progress
