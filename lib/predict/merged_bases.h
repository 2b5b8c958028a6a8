// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "predict/bases.h"
#include "predict/meetings.h"
#include "predict/renames.h"
#include "predict/texts.h"

// What two tips with two merge bases are compared with: git merges the bases,
// and takes the result.
namespace orch::predict {

// What is read once for all merges of a run.
struct Reading {
  objects::Database& database;
  History& history;
  Trees& trees;
  TextMerger& texts;
  Renames& renames;
};

class MergedBases {
 public:
  explicit MergedBases(const Reading& reading) : reading_(reading) {}

  // Those of a list of paths that have a merge attribute.
  using Attributes =
      std::function<std::set<std::string>(const std::set<std::string>&)>;

  // Merges those of `bases` that are two; `attributes` is asked at most once.
  void prepare(const std::vector<Base>& bases, const Attributes& attributes);

  // A single base for two of which one reaches the other. Otherwise as it is.
  Base settled(const Base& base) const;
  // The root directory to compare with; absent where only git can tell.
  std::optional<Leaf> root(const Base& base) const;

 private:
  // The merge of two bases.
  struct Entry {
    Leaf base, ours, theirs;
    Meetings meetings;
    std::optional<Id> only;  // the one that reaches the other
    std::optional<Leaf> root;
  };

  void find_meetings(const objects::IdPair& pair, const Base& base);
  void merge(Entry& entry, const std::set<std::string>& with_attribute);
  std::optional<Leaf> merged_file(const Meeting& meeting,
                                  const std::set<std::string>& with_attribute);

  Reading reading_;
  std::unordered_map<objects::IdPair, Entry, objects::IdPairHash> entries_;
};

}  // namespace orch::predict
