// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

namespace orch::predict {

using repository::Repository;

// A pair on which git says something else than what was found.
struct Difference {
  git::Pair pair;
  git::Merge found, git;
};

// Asks git for every pair again and compares verdict, paths and types with
// `merges`, which are in the order of `pairs`. Empty when all are the same.
std::vector<Difference> compare_with_git(const Repository& repository,
                                         const git::Quarantine& quarantine,
                                         const std::vector<git::Pair>& pairs,
                                         const std::vector<git::Merge>& merges);

}  // namespace orch::predict
