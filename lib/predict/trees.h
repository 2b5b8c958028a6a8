// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/database.h"
#include "objects/tree.h"

// Directories, each read once, and what a tip changed in them since a base,
// each two compared once.
namespace orch::predict {

using objects::Entry;
using objects::Id;
using objects::Leaf;

// Sorted by the bytes of the name, each name once.
class Directory {
 public:
  // Throws Error{Corrupt}.
  explicit Directory(std::string bytes);

  const std::vector<Entry>& entries() const { return entries_; }
  // Absent when there is no such name.
  Leaf find(std::string_view name) const;

 private:
  std::string bytes_;
  std::vector<Entry> entries_;
};

struct Delta;

struct Change {
  std::string_view name;
  Leaf base, tip;
  mutable const Delta* below = nullptr;  // filled by Trees::below
};

// Sorted like a directory.
struct Delta {
  std::vector<Change> changes;
  mutable std::optional<bool> changes_kind;  // filled by changes_kind()
};

// What is no directory counts as an empty one. All throw Error when a tree is
// missing or broken.
class Trees {
 public:
  explicit Trees(objects::Database& database) : database_(database) {}

  const Directory& directory(const Leaf& leaf);
  const Delta& delta(const Leaf& base, const Leaf& tip);
  const Delta& below(const Change& change);
  // What `root` has at `path`, absent when nothing is there.
  Leaf find(const Leaf& root, std::string_view path);

 private:
  objects::Database& database_;
  const Directory empty_{""};
  std::unordered_map<Id, std::unique_ptr<Directory>, objects::IdHash>
      directories_;
  std::unordered_map<objects::IdPair, std::unique_ptr<Delta>,
                     objects::IdPairHash>
      deltas_;
};

}  // namespace orch::predict
