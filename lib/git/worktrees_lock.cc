// SPDX-License-Identifier: MIT
#include "git/worktrees_lock.h"

#include "error/error.h"

namespace orch::git {
namespace {

constexpr int kLockTimeoutMs = 120000;
constexpr int kOrphansTimeoutMs = 10000;

std::string path_in(const Repository& repository, const char* name) {
  file::make_private_directories(repository.orch_dir() + "/lock");
  return repository.orch_dir() + "/lock/" + name;
}

// Once a killed set-up's git has ended, too: what it leaves is cleared then.
// Something that a user's hook left in the background is not waited for.
std::optional<file::Lock> outlive(const std::string& path) {
  try {
    return file::Lock::take(path, file::Lock::Mode::Exclusive,
                            kOrphansTimeoutMs, "the children of a set-up");
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

WorktreesLock::WorktreesLock(const Repository& repository)
    : lock_(file::Lock::take(path_in(repository, "worktrees"),
                             file::Lock::Mode::Exclusive, kLockTimeoutMs,
                             "the worktrees of this repository")),
      children_(outlive(path_in(repository, "worktrees-children"))),
      inheritance_(children_ ? children_->descriptor() : -1) {}

}  // namespace orch::git
