// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

// What the reader of a prediction asks about its commits: in process where that
// is git's answer, by git elsewhere. Each question is answered once.
namespace orch::predict {

using repository::Repository;

class Commits {
 public:
  using Paths = std::set<std::string>;

  // Both must outlive it. Objects of the quarantine count.
  Commits(const Repository& repository, const git::Quarantine& quarantine);
  ~Commits();

  // Like git::find_merge_base: of `tip` with a merge of all `others`.
  const std::string& merge_base(const std::string& tip,
                                const std::vector<std::string>& others);

  // Paths that differ between two commits, renames taken apart. Empty when one
  // of the two is.
  const Paths& changed(const std::string& from, const std::string& to);

 private:
  struct Objects;

  // Null where only git may read.
  Objects* objects();
  // Absent when only git can tell.
  std::optional<std::string> find_base(const std::string& tip,
                                       const std::vector<std::string>& others);
  std::optional<Paths> find_changed(const std::string& from,
                                    const std::string& to);

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  bool is_looked_at_ = false;
  std::unique_ptr<Objects> objects_;
  std::map<std::string, std::string> bases_;  // by tip and others
  std::map<git::Pair, Paths> changed_;
};

}  // namespace orch::predict
