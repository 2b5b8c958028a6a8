// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "git/merge.h"

// What worktrees hold beyond their HEADs, as commits that a merge can be asked
// about. The user's index and stat cache are untouched.
namespace orch::git {

// How much is taken in of one worktree, and with which configuration.
struct OpenWorkLimits {
  std::uint64_t each = std::uint64_t{1} << 20;  // bytes of an untracked file
  std::uint64_t all = std::uint64_t{64} << 20;  // of all untracked files
  // What decides how files become objects (core.*, filter.*), in any form: work
  // that was read with other settings is read again.
  std::string settings;
};

struct OpenWork {
  // On top of HEAD; HEAD itself when nothing differs, empty when HEAD is unborn
  // or the worktree cannot be read.
  std::string commit;
  std::vector<std::string> left_out;  // untracked files above the limits
  std::string reason;  // why it cannot be read; empty when it can
};

// The content of each of `worktrees`, uncommitted and untracked (not ignored)
// files included, written into the quarantine through indices of its own, some
// side by side. Where the repository has an orch directory, what was read is
// kept there, and read again only when HEAD, the index, or one of the changed
// files is another one.
std::vector<OpenWork> read_open_work(const Repository& repository,
                                     const Quarantine& quarantine,
                                     const std::vector<std::string>& worktrees,
                                     const OpenWorkLimits& limits);

}  // namespace orch::git
