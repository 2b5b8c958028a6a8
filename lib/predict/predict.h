// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <optional>
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
  std::size_t remembered = 0;  // of those handed over: answered from memory
  std::map<std::string, std::size_t> reasons;  // why handed over

  Statistics& operator+=(const Statistics& other);
};

// Answers that git gave before, by full commit ids. What may be remembered is
// for its maker to decide: it must stand for whatever decides a merge beside
// the two commits.
class Memory {
 public:
  virtual ~Memory() = default;
  // One for each pair, in order; absent when it is not known.
  virtual std::vector<std::optional<git::Merge>> find(
      const std::vector<git::Pair>& pairs) = 0;
  virtual void keep(const std::vector<git::Pair>& pairs,
                    const std::vector<git::Merge>& merges) = 0;
};

// One answer per pair, in order, like git::merge_all, but `tree` is empty for
// what was decided in process or remembered. Objects of the quarantine count.
// `statistics` may be null; it is filled anew. `memory` may be null; the engine
// Git never asks it.
std::vector<git::Merge> merge_all(const Repository& repository,
                                  const git::Quarantine& quarantine,
                                  const std::vector<git::Pair>& pairs,
                                  Engine engine, Statistics* statistics,
                                  Memory* memory = nullptr);

}  // namespace orch::predict
