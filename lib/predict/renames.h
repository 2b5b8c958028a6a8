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

  // Of root directories. git moves no directories where it merges bases.
  struct Roots {
    const Leaf &base, &ours, &theirs;
    bool are_bases = false;
  };
  // Gives the files that a side renamed their new path and content in
  // `meetings`. False when only git can tell. Throws Error when an object is
  // missing.
  bool follow(Meetings& meetings, const Roots& roots);

 private:
  enum class By { Ours, Theirs };
  // What one side moved.
  struct Moves {
    std::map<std::string_view, const NamedFile*> files;  // by where they were
    MovedDirectories directories;
  };

  const SideFiles& side_files(const Leaf& base, const Leaf& tip);
  void list_removed_files(Meetings& meetings);
  bool find_moves(const Meetings& meetings, By by, const SideFiles& files,
                  Moves* out);
  bool suggest(Meetings& meetings, const Moves& by_ours, const Moves& by_theirs,
               const Roots& roots);
  bool is_moved_twice(const Moves& moves, const Moves& others,
                      const Leaf& other);
  std::set<std::string> added_there(const Meetings& meetings, By by,
                                    const Leaf& other);
  bool place(Meetings& meetings, By by, const std::string& path,
             const std::string& to, const Roots& roots);
  bool follow_files(Meetings& meetings, const Moves& by_ours,
                    const Moves& by_theirs, const Roots& roots);
  bool follow_file(Meeting& meeting, const NamedFile* ours,
                   const NamedFile* theirs, const Roots& roots);

  Trees& trees_;
  Similarity similarity_;
  std::unordered_map<objects::IdPair, std::unique_ptr<SideFiles>,
                     objects::IdPairHash>
      side_files_;
};

}  // namespace orch::predict
