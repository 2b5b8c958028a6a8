// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

// What lies in a worktree, as the tree that it would be. Private to `testrun`.
namespace orch::testrun {

using repository::Repository;

struct Content {
  std::optional<std::string> commit;  // HEAD; absent: unborn
  std::optional<std::string> tree;    // absent: it cannot be told
  bool dirty = false;                 // not that of the commit
  std::string why;                    // it cannot be told
};

// The content of one worktree, uncommitted and untracked (not ignored) files
// included, but for untracked reports that the tests write there.
class Worktree {
 public:
  // `reports`: paths from its top.
  Worktree(const Repository& repository, std::string top,
           const std::vector<std::string>& reports);

  const Content& content() const { return content_; }
  // What differs now from what was there: files that were changed or removed,
  // and "HEAD". What is only there now, a run may have left.
  std::vector<std::string> changes() const;

 private:
  Content read(const git::Quarantine& quarantine) const;
  std::string without_reports(const git::Quarantine& quarantine,
                              const std::string& work,
                              const std::string& head) const;

  Repository repository_;
  std::string top_;
  std::vector<std::string> reports_;
  git::Quarantine quarantine_;
  Content content_;
};

// The commit that `revision` names, with its tree. Throws Error{UnknownName}.
Content content_of(const Repository& repository, const std::string& revision);

}  // namespace orch::testrun
