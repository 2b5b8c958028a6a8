// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "hook/install.h"
#include "repository/repository.h"
#include "store/store.h"

// Setting a repository up for git orch, and back.
namespace orch::setup {

using repository::Repository;

enum class Hooks { Install, Leave };
// Whether it comes onto the person's list of repositories; what goes at once
// does not.
enum class Listing { Listed, Unlisted };

struct Made {
  bool created = false;             // false: it was there, and was completed
  std::vector<hook::Status> hooks;  // also those that were there already
};

// State directory, data files (those that are there stay as people edited
// them), store, lock time-outs, hooks. Idempotent. Throws
// Error{RefusedByPolicy} for a foreign core.hooksPath, Error{Io} for a
// read-only repository, with nothing changed.
Made init(const Repository& repository, Hooks hooks,
          hook::Foreign foreign = hook::Foreign::Refuse,
          Listing listing = Listing::Listed);

// Writes a section about working in a team into AGENTS.md at the top of this
// worktree, between marks of ours; what else is there stays, byte for byte, and
// a second call replaces only that section. Returns the path. It is a person's
// to commit. Throws Error{Exists} for a symbolic link, and Error{Usage} when
// one of the marks is gone.
std::string write_agents_md(const Repository& repository);

struct Kept {
  std::string what;    // a worktree or branch
  std::string remove;  // the command that removes it
};

struct Removed {
  std::vector<std::string> stopped;  // agents
  std::vector<Kept> kept;
  std::vector<std::string> removed;
  std::string backup;      // where the store is now; empty after a purge
  bool left_work = false;  // a purge that had to keep something with work in it
};

enum class Purge { No, Yes };

// Stops agents (snapshots first), restores hooks and configuration byte for
// byte, and takes the state directory away. Work is never removed: a purge
// removes worktrees that are clean and whose branch has no commit of its own.
// Throws Error{RefusedByPolicy} when an agent calls.
Removed deinit(const Repository& repository, Purge purge);

}  // namespace orch::setup
