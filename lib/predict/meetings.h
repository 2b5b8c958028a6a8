// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "predict/trees.h"

// Where the changes of two sides meet.
namespace orch::predict {

// A name that both sides changed since the base: neither is like the base. When
// all are files, they are not the same on both sides, unless both removed it.
struct Meeting {
  std::string path;
  Leaf base, ours, theirs;
  // Where the base has it, when a side moved it; and where theirs has it, when
  // that is elsewhere again.
  std::string base_path = {}, theirs_path = {};
  // One side moved it to `path`, the other removed it.
  bool is_renamed_and_removed = false;

  bool is_removed_by_both() const {
    return ours.is_absent() && theirs.is_absent();
  }
  bool is_removed_by_one() const {
    return ours.is_absent() != theirs.is_absent();
  }
};

// Whether the merge of `meeting` takes lines of both sides.
bool needs_text(const Meeting& meeting);

// A directory of the base that one side removed and to which the other added
// files: it may have been renamed, and then they move with it.
struct Emptied {
  std::string path;
  Leaf base;
  bool by_ours = false;
};

struct Meetings {
  std::vector<Meeting> files;  // the base of what both removed may be a tree
  std::vector<Emptied> directories;
  // Where git would put files that one side added to a directory that the other
  // moved; filled by Renames.
  std::vector<std::string> suggested;
  std::string obstacle;  // what only git decides; empty when there is none
};

// Of two sides of `base`, all root directories. `Driver` is the side whose
// changes are looked up in the other; the answer is the same, the cost grows
// with its changes only.
enum class Driver { Ours, Theirs };
Meetings meetings_of(Trees& trees, const Leaf& base, const Leaf& ours,
                     const Leaf& theirs, Driver driver);

// Whether somewhere a file became a directory, or a directory a file.
bool changes_kind(Trees& trees, const Delta& delta);

struct NamedFile {
  std::string path;
  Leaf leaf;
};

// All files that a side added, and that are no longer in a directory of it.
void append_added(Trees& trees, const Delta& delta,
                  std::vector<NamedFile>* out);

}  // namespace orch::predict
