// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "predict/meetings.h"
#include "predict/side_files.h"
#include "predict/similarity.h"

// The renames that git would find and that matter for a merge.
namespace orch::predict {

class Renames {
 public:
  Renames(objects::Database& database, Trees& trees)
      : trees_(trees), similarity_(database) {}

  // Gives the files that a side renamed their new path and content in
  // `meetings`, of two sides of `base` (all root directories). False when only
  // git can tell. Throws Error when an object is missing.
  bool follow(Meetings& meetings, const Leaf& base, const Leaf& ours,
              const Leaf& theirs);

 private:
  enum class By { Ours, Theirs };
  // Where the files of one side went, by where they were.
  using Targets = std::map<std::string_view, const NamedFile*>;
  struct Roots {
    const Leaf &base, &ours, &theirs;
  };

  const SideFiles& side_files(const Leaf& base, const Leaf& tip);
  void list_removed_files(Meetings& meetings);
  bool find_targets(const Meetings& meetings, By by, const SideFiles& files,
                    Targets* out);
  bool follow_file(Meeting& meeting, const NamedFile* ours,
                   const NamedFile* theirs, const Roots& roots);

  Trees& trees_;
  Similarity similarity_;
  std::unordered_map<objects::IdPair, std::unique_ptr<SideFiles>,
                     objects::IdPairHash>
      side_files_;
};

}  // namespace orch::predict
