// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "linediff/diff.h"
#include "linediff/lines.h"
#include "objects/database.h"

// The text step of a merge: each file read once, each side compared with its
// base once.
namespace orch::predict {

using objects::Id;

enum class Texts { Merge, Conflict, Binary, Undecided };

class TextMerger {
 public:
  explicit TextMerger(objects::Database& database) : database_(database) {}

  // How three different texts merge; without a base, that of two texts that
  // both sides added. Throws Error when one is missing.
  Texts merge(const std::optional<Id>& base, const Id& ours, const Id& theirs);

  // The merged text; absent when it is not told that the three merge.
  std::optional<std::string> merged(const std::optional<Id>& base,
                                    const Id& ours, const Id& theirs);

 private:
  struct Text {
    linediff::Lines lines;
    bool is_binary = false;
  };
  using Sides =
      std::unordered_map<objects::IdPair, std::optional<linediff::Diff>,
                         objects::IdPairHash>;

  void drop_when_full();
  const Text& text(const Id& id);
  const std::optional<linediff::Diff>& diff(const Id& base, const Id& side);
  Texts merge_texts(const Id& base, const Id& ours, const Id& theirs);

  objects::Database& database_;
  std::size_t held_ = 0;  // lines of all texts
  linediff::Interner interner_;
  linediff::Differ differ_;
  std::unordered_map<Id, std::unique_ptr<Text>, objects::IdHash> texts_;
  Sides sides_;
  // By base, then by the two sides.
  std::unordered_map<
      Id, std::unordered_map<objects::IdPair, Texts, objects::IdPairHash>,
      objects::IdHash>
      merges_;
};

}  // namespace orch::predict
