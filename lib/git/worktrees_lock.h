// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"

namespace orch::git {

using repository::Repository;

// One lock for all set-ups of this repository: concurrent `worktree add` and
// `config` lose work in git 2.39. Throws Error{Contended}.
class WorktreesLock {
 public:
  explicit WorktreesLock(const Repository& repository);

 private:
  file::Lock lock_;
  std::optional<file::Lock> children_;
  process::Inheritance inheritance_;
};

}  // namespace orch::git
