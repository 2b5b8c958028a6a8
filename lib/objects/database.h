// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "objects/id.h"
#include "objects/pack.h"

// Commits, trees and blobs of a sha-1 repository, read in process from loose
// objects and packs. Replace refs and grafts are not looked at: whoever asks
// makes sure that there are none. An object's content is not hashed again.
namespace orch::objects {

class Database {
 public:
  // `directories` are object directories; their alternates are followed.
  explicit Database(const std::vector<std::string>& directories);

  // Absent when no directory has it. Throws Error{Corrupt} when it is there
  // and cannot be read, or is larger than `kLargest`.
  std::optional<Object> find(const Id& id);

  // The same; throws Error{Io} when it is missing or of another kind.
  std::string require(const Id& id, Kind kind);

  // An object for this database alone; nothing is written.
  Id add(Kind kind, std::string bytes);

  static constexpr std::size_t kLargest = 256 << 20;

 private:
  void add_directory(const std::string& path, int depth);
  void list_packs();
  std::optional<Object> find_packed(const Id& id);
  std::optional<Object> find_loose(const Id& id) const;

  std::vector<std::string> directories_;
  std::vector<std::unique_ptr<Pack>> packs_;  // the last hit first
  std::set<std::string> opened_;
  int listings_ = 0;
  std::unordered_map<Id, Object, IdHash> added_;
};

// A commit as far as merges need it.
struct Commit {
  Id tree;
  std::vector<Id> parents;
  std::int64_t date = 0;  // of the committer, seconds
};
// Throws Error{Corrupt}.
Commit parse_commit(std::string_view bytes);

}  // namespace orch::objects
