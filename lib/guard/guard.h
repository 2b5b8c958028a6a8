// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "policy/worktree_rules.h"
#include "repository/repository.h"
#include "store/features.h"

// The guards of agents' worktrees: what each is held to, in a file that its
// hooks read, and git led to those hooks.
namespace orch::guard {

using repository::Repository;

// What the worktree of `agent`, whose private git directory is `git_dir`, is
// held to at this moment. Throws Error{Usage, UnknownName} for a broken policy
// or role.
policy::WorktreeRules rules_of(const Repository& repository,
                               store::Store& store, const store::Agent& agent,
                               std::int64_t now_ms);

// Writes the rules of every agent's worktree where they have changed, and leads
// git to the hooks there and nowhere else. What cannot be made, for a broken
// file, stays as it was. Returns how much was changed.
int refresh(const Repository& repository, store::Store& store);

// The same for the rules of one worktree, which throws.
void make_rules(const Repository& repository, store::Store& store,
                const Repository& worktree);

// A move of a ref that this process, or one that it starts, is about to make:
// while this lives, the guards let exactly that move through. Throws
// Error{Contended}.
class Announcement {
 public:
  // `from` and `to` are ids, all zeros for none.
  Announcement(store::Store& store, const std::string& ref,
               const std::string& from, const std::string& to);
  ~Announcement();
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;
  // The move was made.
  void done() { status_ = "done"; }

 private:
  store::Store& store_;
  std::int64_t id_ = 0;
  const char* status_ = "withdrawn";
};

// Whether one of our ancestors has announced exactly this move.
bool is_announced(store::Store& store, const policy::Move& move);

}  // namespace orch::guard
