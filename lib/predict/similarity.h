// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "objects/database.h"
#include "objects/tree.h"

namespace orch::predict {

using objects::Id;
using objects::Leaf;

// git's score of a rename. Versions and attributes make it differ a little:
// every git is within the two bounds.
struct Score {
  int low = 0, high = 0;

  static constexpr int kEnough = 30000;  // of 60000
  // For two files that are the only ones of their name.
  static constexpr int kEnoughForName = 45000;
};

class Similarity {
 public:
  explicit Similarity(objects::Database& database) : database_(database) {}

  // Below `kEnough`, any score may be 0. Throws Error when a file is missing.
  Score score(const Leaf& source, const Leaf& target);

 private:
  // The pieces of a blob that git counts to tell how similar two are.
  struct Pieces {
    using Counts = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    std::size_t size = 0;
    // Each way in which some git counts this blob; mostly there is one.
    std::vector<Counts> ways;
  };

  static Score compare(const Pieces& a, const Pieces& b);
  const Pieces& pieces(const Id& id);

  objects::Database& database_;
  std::unordered_map<Id, std::unique_ptr<Pieces>, objects::IdHash> pieces_;
  std::unordered_map<objects::IdPair, Score, objects::IdPairHash> scores_;
};

}  // namespace orch::predict
