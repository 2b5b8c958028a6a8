// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/state.h"
#include "repository/repository.h"

// What reflogs say about a move; private to `audit`. They can be written by
// whoever can write refs: evidence, no proof.
namespace orch::audit {

using repository::Repository;

using Step = git::Move;

// HEAD of one worktree.
struct HeadLog {
  std::string agent;        // empty: nobody's
  std::string branch;       // where HEAD is now; full name, empty when detached
  std::vector<Step> steps;  // the last ones, oldest first
  // Whether HEAD ever came to `id`.
  bool reaches(const std::string& id) const;
  // Whether a step of a branch was made here: HEAD made the same one, or came
  // to where it leads then or later, as at the end of a rebase.
  bool explains(const Step& step) const;
};
std::vector<HeadLog> head_logs(const Repository& repository);

// The steps in a ref's own reflog that lead from one id to another (empty: the
// ref was made), oldest first. Absent when it does not end in `to`, or has a
// gap: somebody wrote the ref without a line.
std::optional<std::vector<Step>> steps_between(const Repository& repository,
                                               const std::string& ref,
                                               const std::string& from,
                                               const std::string& to);
// The same for lines that were read.
std::optional<std::vector<Step>> steps_between(const std::vector<Step>& all,
                                               const std::string& from,
                                               const std::string& to);

// Whether some git has locked a HEAD, to move it or what it leads to. One that
// was killed leaves its lock; nobody is blinded by that for long.
bool is_moving(const Repository& repository, std::int64_t now_ms);

}  // namespace orch::audit
