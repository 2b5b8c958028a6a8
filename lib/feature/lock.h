// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "feature/feature.h"
#include "file/file.h"
#include "process/process.h"

namespace orch::feature {

// One lock for all set-ups of this repository: concurrent `worktree add` and
// `config` lose work in git 2.39. Private to this module. Throws
// Error{Contended}.
class WorktreesLock {
 public:
  explicit WorktreesLock(const Repository& repository);

 private:
  file::Lock lock_;
  std::optional<file::Lock> children_;
  process::Inheritance inheritance_;
};

}  // namespace orch::feature
