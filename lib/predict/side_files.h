// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "predict/meetings.h"
#include "predict/moved_directories.h"
#include "predict/similarity.h"

namespace orch::predict {

// One file that a side moved.
struct Move {
  const NamedFile* from = nullptr;
  const NamedFile* to = nullptr;
};

// All files that one side removed or added since the base, and which of them
// git takes for moved: equal ones first; then those that alone have their name,
// when similar enough; then the most similar ones. Empty files take no part.
class SideFiles {
 public:
  // Of root directories. Throws Error.
  SideFiles(Trees& trees, const Leaf& base, const Leaf& tip);
  SideFiles(const SideFiles&) = delete;
  SideFiles& operator=(const SideFiles&) = delete;

  bool adds_some() const { return !added_.empty(); }
  // A number for `moves`; absent when the side did not remove that file.
  std::optional<std::size_t> find_removed(std::string_view path) const;

  // Where the files of these numbers went, and only those: git follows the
  // files that matter, and equal ones. Some matter only for the directory that
  // they were in; `directories` counts all. Absent where the answer depends on
  // the order in which git happens to meet files, or on its version.
  struct Sought {
    std::set<std::size_t> files, of_directories;
  };
  std::optional<std::vector<Move>> moves(Similarity& similarity,
                                         const Sought& sought,
                                         MovedDirectories& directories) const;

 private:
  // Whether it waits for a partner when all equal files have theirs.
  enum class Waits { Yes, No, Maybe };
  struct File {
    NamedFile file;
    Waits waits = Waits::Yes;
    std::optional<std::size_t> partner;  // an equal added file
    bool has_choice = false;             // among equal ones
  };
  // The waiting files of one name, or where the files of one directory went.
  struct Namesakes {
    std::size_t count = 0, last = 0;
    bool is_unsure = false;
  };
  struct Destinations {
    std::unordered_map<std::string_view, std::size_t> counts;
    bool is_unsure = false;
  };
  using Names = std::unordered_map<std::string_view, Namesakes>;
  class Search;

  void pair_equal_files();
  void pair_group(const std::vector<std::size_t>& removed,
                  const std::vector<std::size_t>& added);
  void list_destinations(Trees& trees, const Leaf& tip);
  // By equal files alone, of a directory that the side has no more.
  std::optional<MovedDirectories::Destination> destination_of(
      std::string_view directory) const;
  static Names names_of(const std::vector<File>& files);

  std::vector<File> removed_, added_;
  std::unordered_map<std::string_view, std::size_t> removed_at_, added_at_;
  Names removed_names_, added_names_;
  std::unordered_map<std::string_view, Destinations> destinations_;
};

}  // namespace orch::predict
