// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"

// The one step in which an agent's branch and worktree go from one commit to
// another; private to `sync`.
namespace orch::sync {

using repository::Repository;

// A move that is under way, as a file in the private git directory of the
// worktree says it while it lasts.
struct Move {
  std::string branch;    // full name
  std::string upstream;  // name, for people
  std::string method;    // forward, rebase, merge
  std::string from, to;  // commits
  std::string taken_in;  // the upstream's commit
  std::string backup;    // full name of the ref that keeps `from`
  std::string by;        // an agent's address, or "person"
  std::int64_t at = 0;
  std::vector<std::pair<std::string, std::string>> rewritten;
};
std::string to_text(const Move& move);
// Absent when it is none of ours.
std::optional<Move> parse_move(const std::string& text);

// Makes it: the file, the ref that keeps the old tip, `git reset --keep` in the
// worktree, what hooks would have told, and the row, the event and the message.
// Throws Error{Dirty} with git's message when git refuses, everything being as
// before; while that cannot be, what is to be repaired stays.
void make(const Repository& repository, store::Store& store,
          const Repository& worktree, const store::Agent& agent,
          const Move& move);

// What a killed move has left there: completed, or taken back when nothing was
// done yet or something is in its way by now. Files that somebody has changed
// meanwhile stay, what git had written is undone, all is kept in a snapshot,
// and the agent is told. Whether there was something. Throws Error{Contended}
// while another git is at work there.
bool repair_in(const Repository& repository, store::Store& store,
               const Repository& worktree, const store::Agent& agent);

// Whether there is something to repair.
bool is_marked(const Repository& worktree);

}  // namespace orch::sync
