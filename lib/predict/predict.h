// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

// git's verdicts on many merges, without asking git about most of them. What
// is decided here is proven (docs/decisions/0009-merges-proven-without-git.md);
// everything else goes to git in one batch, so verdict, paths and types are
// always those of `git merge-tree --write-tree -z`.
namespace orch::predict {

using repository::Repository;

enum class Engine {
  Fast,  // decide what can be proven, ask git for the rest
  Git,   // ask git for everything
};

struct Statistics {
  std::size_t pairs = 0;
  std::size_t decided = 0;  // in process
  std::size_t handed_to_git = 0;
  std::map<std::string, std::size_t> reasons;  // why handed over
};

// One answer per pair, in order, like git::merge_all, but `tree` is empty for
// what was decided in process. Objects of the quarantine count. `statistics`
// may be null; it is filled anew.
std::vector<git::Merge> merge_all(const Repository& repository,
                                  const git::Quarantine& quarantine,
                                  const std::vector<git::Pair>& pairs,
                                  Engine engine, Statistics* statistics);

}  // namespace orch::predict
