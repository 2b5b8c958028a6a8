// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "chain/chain.h"
#include "repository/repository.h"

// Our hooks beside the user's own (githooks(5)), by one of three methods.
//
// link: a stub of ours at git's own place, a small file that leads to the hook
// program; a user's hook is renamed beside itself (the same inode, never
// rewritten) and run by ours with the same arguments, input and environment.
// Ours is known by its mark, also where another installer has moved it, and
// runs only the user's hook once the installation is gone. Beside a hook of
// pre-commit, which runs the hook it found first, ours takes that one's name.
//
// worktree: for a core.hooksPath of another tool, and for a hooks directory
// that is a link out of the git directory. The config.worktree of every
// worktree leads to orch/hooks, whose programs run the hook of the next scope's
// value as it is at that moment. No file of the other tool is touched.
//
// config: git 2.54 and later run hook.orch-<event>.command beside the others.
namespace orch::hook {

using repository::Repository;

struct Status {
  std::string event;
  std::string owner;  // "orch", "user", "none"
  std::string path;   // where git looks, or the program that it runs
  std::string
      method;  // "link", "link+chained", "worktree", "config", "moved", "none"
  bool runs = false;   // whether ours would run
  std::string detail;  // why not, or what runs behind it
};

// One per event that we have a program for, sorted by event, as seen from this
// worktree.
std::vector<Status> status(const Repository& repository);
// Whether hooks were installed, be it that they do not run now.
bool is_installed(const Repository& repository);

// What to do about a core.hooksPath outside the repository's own configuration.
enum class Foreign { Refuse, Chain };

// Throws what `install` would throw, and changes nothing.
void require_installable(const Repository& repository, Foreign foreign);

// Installs; what is there already is left alone. Throws Error{RefusedByPolicy}
// when core.hooksPath is set for the user or the system, unless it is asked to
// chain.
std::vector<Status> install(const Repository& repository, Foreign foreign);

// Takes over where another tool has set core.hooksPath since: installed hooks
// that do not run are installed again. Returns whether it had to.
bool heal(const Repository& repository);
// The same for one worktree that was just made.
void adopt_worktree(const Repository& repository, const Repository& worktree);

// The variable that holds the path of a file: a hook program of ours that finds
// it writes there that it ran, and does nothing else.
inline constexpr std::string_view kProbe = chain::kProbe;

// What `status` tells, proven: git runs each hook of ours in this worktree and
// in a linked one that is made for it and taken away, and `runs` is whether
// ours then ran in both (in the first only, while there is no commit). No hook
// of the user's is run, nothing is recorded.
std::vector<Status> verify(const Repository& repository);

// Leads git, in exactly these linked worktrees, to hooks that may also say no
// (hooks/guard.h), by a conditional include in the repository's configuration:
// nobody else's worktree runs them, and the repository's format stays as it is.
// Does nothing where hooks are not installed. Returns whether anything changed.
bool guard_worktrees(const Repository& repository,
                     const std::vector<Repository>& worktrees);

// Removes our links and settings and puts every file and byte back.
std::vector<Status> uninstall(const Repository& repository);

}  // namespace orch::hook
