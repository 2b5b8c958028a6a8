// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::predict {

std::string_view directory_of(std::string_view path);

// Directories that one side has no more while the other added files to them:
// where most of their files went, git suggests that the added ones go as well.
// Paths without a slash at the end; the root is "".
class MovedDirectories {
 public:
  // One to which the other side added a file itself, not only further below.
  void add(std::string directory) { receiving_.insert(std::move(directory)); }

  // Whether it is one of them or lies below one.
  bool contains(std::string_view directory) const;

  // A file that was moved. It counts for its directory, and for those above
  // that receive files as long as the paths end in the same names.
  void count(std::string_view from, std::string_view to);

  // From here on, the directories do not matter whose destination is certain
  // even if all files that are `waiting` went elsewhere together.
  void settle(const std::vector<std::string_view>& waiting);
  // Whether a directory of the file `path` still waits for its destination.
  bool waits_for(std::string_view path) const;

  struct Destination {
    std::string_view directory;
    bool is_tie = false;
  };
  // Where most files of a directory went; absent when none did.
  std::optional<Destination> find(std::string_view directory) const;
  // Of all of them. Absent when there is a tie.
  std::optional<std::map<std::string, std::string, std::less<>>> destinations()
      const;

 private:
  template <typename T>
  using Map = std::map<std::string, T, std::less<>>;

  bool receives(std::string_view directory) const {
    return receiving_.contains(directory) && !settled_.contains(directory);
  }

  std::set<std::string, std::less<>> receiving_, settled_;
  Map<Map<std::size_t>> counts_;  // by where they were, and where they went
};

}  // namespace orch::predict
