// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

namespace orch::conflict {

using repository::Repository;

// The merge base of each pair of commits, in order; the first that git names
// when there are several, empty when there is none.
std::vector<std::string> merge_bases(const Repository& repository,
                                     const std::vector<git::Pair>& pairs);

}  // namespace orch::conflict
