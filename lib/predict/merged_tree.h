// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "predict/trees.h"

// The tree of a merge.
namespace orch::predict {

// What is to be at a path; an absent leaf for nothing.
struct Placed {
  std::string path;
  Leaf leaf;
};

// Two sides of `base` (all root directories) in one: what only one of them
// changed is taken from it, `placed` is put into the rest. Below every name
// that both changed to different files there must be a `placed`. The new
// directories are known to `database` alone. Throws Error.
Leaf merged_tree(objects::Database& database, Trees& trees, const Leaf& base,
                 const Leaf& ours, const Leaf& theirs,
                 std::vector<Placed> placed);

}  // namespace orch::predict
