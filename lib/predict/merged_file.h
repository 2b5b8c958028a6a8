// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>

#include "git/merge.h"
#include "predict/meetings.h"
#include "predict/texts.h"
#include "predict/trees.h"

// What git says of one file that both sides changed.
namespace orch::predict {

struct MergedFile {
  std::string obstacle;                // what only git decides; else empty
  std::set<std::string> paths, types;  // in conflict; none when it is clean
};

class MergedFiles {
 public:
  struct Reading {
    Trees& trees;
    TextMerger& texts;
    const std::set<std::string>& with_attribute;  // paths
  };
  struct Sides {
    const Leaf &base, &ours, &theirs;  // root directories
    const git::Pair& words;            // as git is asked for them
  };
  // Both are references to what must outlive it.
  MergedFiles(const Reading& reading, const Sides& sides)
      : reading_(reading), sides_(sides) {}

  // Throws Error when an object is missing.
  MergedFile merge(const Meeting& meeting) const;

 private:
  MergedFile merge_two_places(const Meeting& m) const;
  MergedFile merge_kinds(const Meeting& m) const;
  MergedFile merge_texts(const Meeting& m, bool same_mode) const;

  Reading reading_;
  Sides sides_;
};

}  // namespace orch::predict
