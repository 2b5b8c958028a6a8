// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "objects/database.h"

// Merge bases of many pairs in one walk.
namespace orch::predict {

using objects::Id;

// Commits, each read once.
class History {
 public:
  explicit History(objects::Database& database) : database_(database) {}

  // Throws Error when it is missing or unreadable.
  const objects::Commit& commit(const Id& id);

 private:
  objects::Database& database_;
  std::unordered_map<Id, objects::Commit, objects::IdHash> commits_;
};

struct Base {
  int count = 0;     // 0: unrelated; from 2 on, maybe less; 3: three or more
  Id commit, other;  // one of one, or both of two
};

using TipPair = std::pair<std::size_t, std::size_t>;  // indices of tips

// The best shared ancestors of each pair of `tips` (all different, and pairs
// of two different ones). Where clocks were wrong, it may see several bases
// where there is one, never one where there are several. Throws Error when a
// commit on the way is missing.
std::vector<Base> merge_bases(History& history, const std::vector<Id>& tips,
                              const std::vector<TipPair>& pairs);

}  // namespace orch::predict
