// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/id.h"

namespace orch::objects {

// What a name stands for in a tree, with git's canonical modes.
struct Leaf {
  std::uint32_t mode = 0;  // 0: nothing
  Id id;

  bool operator==(const Leaf&) const = default;
  bool is_absent() const { return mode == 0; }
  bool is_tree() const { return mode == kTree; }
  bool is_file() const { return mode == kPlain || mode == kExecutable; }
  bool is_link() const { return mode == kLink; }
  bool is_submodule() const { return mode == kSubmodule; }

  static constexpr std::uint32_t kTree = 0040000, kPlain = 0100644,
                                 kExecutable = 0100755, kLink = 0120000,
                                 kSubmodule = 0160000;
};

struct Entry {
  std::string_view name;
  Leaf leaf;
};

// Reads a tree's entries in their order. Throws Error{Corrupt} for a tree that
// git's checks would call bad: an empty name, one with a slash, not sorted.
class TreeReader {
 public:
  explicit TreeReader(std::string_view bytes) : rest_(bytes) { next(); }

  bool done() const { return done_; }
  const Entry& entry() const { return entry_; }
  void next();

 private:
  std::string_view rest_;
  Entry entry_;
  bool done_ = false;
};

// The bytes of the tree with these entries, in any order, each name once.
std::string tree_bytes(std::vector<Entry> entries);

// The order of entries in a tree: a directory sorts as if its name ended in a
// slash.
int compare_entries(const Entry& a, const Entry& b);

}  // namespace orch::objects
