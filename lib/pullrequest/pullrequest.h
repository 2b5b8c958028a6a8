// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/pull_requests.h"

// Pull requests of agents' branches: recorded first, then opened through the
// forge's own program, and kept up to date. Nothing is pushed unless asked.
namespace orch::pullrequest {

using repository::Repository;

struct Wanted {
  store::Agent agent;  // whose branch; it has one
  // Absent: the integration branch, or for that one the feature's base.
  std::optional<std::string> base;
  std::optional<std::string> title, body;  // absent: made from live data
  bool draft = false;
  bool push = false;  // its branch, and nothing else
};

// What would be opened; asks no forge and no remote. Throws
// Error{UnknownName, Usage}.
struct Draft {
  store::Feature feature;
  std::string title, body, base, head;  // short names of branches
  std::string tip;
  std::string remote;  // its name; empty: there is none
};
Draft draft_of(const Repository& repository, store::Store& store,
               const Wanted& wanted);

// Throws Error{UnknownName} when its base, as far as it is known, has all that
// the branch has: there is nothing to open.
void require_own_commits(const Repository& repository, const Draft& draft);

// The agent that `name` means, else who calls, whose worktree or branch this
// is, or the overseer of the feature. Throws Error{UnknownName, Ambiguous}.
store::Agent require_author(const Repository& repository, store::Store& store,
                            const std::string& name);

// Throws Error{RefusedByPolicy} for an agent that may not open this one, or
// push its branch when that is wanted.
void require_may_open(const Repository& repository, store::Store& store,
                      const store::Agent& author, bool push);

enum class Reached {
  Opened,    // the forge has it now
  Existed,   // the forge had it already
  Recorded,  // the forge is out of reach; sync() opens it later
  Failed,    // the forge, or the remote, said no
};
struct Opened {
  store::PullRequest row;
  Reached reached = Reached::Recorded;
  std::string hint;  // what to type next; may be empty
  bool pushed = false;
};
// Records it and has the forge open it. For a pair of branches that has one
// that is open, that one comes back, and stays as it is. Throws
// Error{MissingTool} for a forge's program that is another one; it is recorded
// then, too. Not within a Transaction.
Opened open(const Repository& repository, store::Store& store,
            const Wanted& wanted);

struct Synced {
  std::vector<store::PullRequest> rows;  // those that were asked about
  int told = 0;                          // messages that were queued
  bool whole = true;                     // the forge told of all of them
  std::vector<std::string> hints;
};
// Refreshes these, opens those that the forge lacks, and queues what is new for
// the agents of their branches: failed checks and comments, each thing once.
// Where the forge fails, nothing changes but `error`. Not within a Transaction.
Synced sync(const Repository& repository, store::Store& store,
            const std::vector<store::PullRequest>& rows);

}  // namespace orch::pullrequest
