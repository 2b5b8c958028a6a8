// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/open_work.h"

// Open work that was read before; private to `git`. One file for each worktree
// below orch/cache/open, replaced as a whole; whatever is wrong with it, the
// work is read anew.
namespace orch::git {

class KeptWork {
 public:
  // Nothing is kept where there is no orch directory.
  KeptWork(const Repository& repository, const Quarantine& quarantine);

  // The work of the worktree with git directory `git_dir`, its objects put into
  // the quarantine; absent when it was not kept under `key`.
  std::optional<OpenWork> find(const std::string& git_dir,
                               const std::string& key) const;

  // Keeps the objects that are in `objects`, a directory of loose ones. Too
  // many of them, or a directory that cannot be written: nothing is kept.
  void keep(const std::string& git_dir, const std::string& key,
            const OpenWork& work, const std::string& objects) const;

 private:
  std::string path_of(const std::string& git_dir) const;
  void drop_gone() const;

  std::string worktrees_;  // where git keeps the linked ones
  std::string directory_;  // empty: nothing is kept
  const Quarantine& quarantine_;
};

}  // namespace orch::git
