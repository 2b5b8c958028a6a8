// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "repository/repository.h"

// Small questions about commits, worktrees and reflogs.
namespace orch::git {

using repository::Repository;

// Whether `commit` is `of` or one of its ancestors; false, too, where git does
// not know them. Throws Error{Io, Contended} when git could not tell.
bool is_ancestor(const Repository& repository, const std::string& commit,
                 const std::string& of);

// What HEAD of a worktree is on: the full name of a ref, empty when detached.
// Read from a file; where refs are in a reftable, git is asked.
std::string branch_in(const Repository& worktree);

// One entry of a reflog: where the ref led before and after, all zeros for
// nowhere.
struct Move {
  std::string from, to, reason;
  std::int64_t at = 0;  // seconds since 1970
};
// What the reflog of `ref` says, HEAD being that of this worktree: the newest
// two thousand entries or so, the oldest first. Empty when there is none. git
// is asked where refs are in a reftable; it does not tell where an entry began,
// so that there each begins where the one before it has led.
std::vector<Move> read_reflog(const Repository& worktree,
                              const std::string& ref);
// The lines of a reflog's file; those that are none are left out, as the first
// one of a tail is.
std::vector<Move> parse_reflog(std::string_view bytes);

// What somebody has begun in a worktree and not finished: "a rebase", or the
// name of the file by which git knows it ("MERGE_HEAD"); empty: nothing.
std::string unfinished_in(const Repository& worktree);

}  // namespace orch::git
