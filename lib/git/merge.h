// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "git/git.h"

// Would these two merge? Asked of git itself (`git merge-tree --write-tree`),
// in one process for many pairs. Neither a working tree nor the object store is
// touched: what git writes goes to a quarantine directory.
namespace orch::git {

// A place for objects that nobody else shall see; removed with all its content
// at the end. Objects of the repository are readable through it.
class Quarantine {
 public:
  explicit Quarantine(const Repository& repository);
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  // For Call::environment.
  const std::vector<std::pair<std::string, std::string>>& environment() const {
    return environment_;
  }
  // Scratch files that go with it.
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
  std::vector<std::pair<std::string, std::string>> environment_;
};

enum class Verdict { Clean, Conflict, Unknown };
std::string_view verdict_name(Verdict verdict);

struct Merge {
  Verdict verdict = Verdict::Unknown;
  std::string tree;                // of the result; empty when unknown
  std::vector<std::string> paths;  // git's conflicted set, sorted
  std::vector<std::string> types;  // "contents", "modify/delete" …, sorted
  std::string reason;              // why unknown
};

using Pair = std::pair<std::string, std::string>;

// One answer per pair, in order. A pair that git cannot merge (unrelated
// histories, a missing object) is Unknown with git's reason, never Clean.
std::vector<Merge> merge_all(const Repository& repository,
                             const Quarantine& quarantine,
                             const std::vector<Pair>& pairs);

// What a merge would leave in the index, one entry for each side that has the
// path: stage 1 is the base, 2 ours, 3 theirs.
struct Stage {
  int number = 0;
  std::string mode, id, path;
};
// A merge with its stages, and with the types of conflict of each path that
// git names.
struct Detail {
  Merge merge;
  std::vector<Stage> stages;
  std::map<std::string, std::vector<std::string>> types;
};
std::vector<Detail> merge_in_detail(const Repository& repository,
                                    const Quarantine& quarantine,
                                    const std::vector<Pair>& pairs);

}  // namespace orch::git
