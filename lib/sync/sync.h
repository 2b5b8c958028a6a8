// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/git.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/syncs.h"

// Branches of agents and what they lack. The upstream of an agent's branch is
// the integration branch of its feature; that of the overseer's, which is the
// integration branch, is the feature's base.
namespace orch::sync {

using repository::Repository;

// How one branch stands to its upstream.
struct Standing {
  store::Agent agent;        // as it is now
  std::string upstream;      // full name of a ref, or a commit
  std::string tip;           // the branch's commit; empty when it is gone
  std::string upstream_tip;  // empty when it is gone
  int ahead = 0, behind = 0;
  // The first that holds: unknown (git cannot tell), conflict (merging the
  // upstream would), uncommitted, behind, synced.
  std::string state;
  std::vector<std::string> conflicts;    // paths, as git names them
  std::vector<std::string> uncommitted;  // paths, untracked ones, too
  std::string reason;                    // why unknown
  git::Commit last_commit;               // empty when the branch is gone
  store::Sync last;
};

// Those with a branch, of the features in progress.
std::vector<store::Agent> agents_with_branches(store::Store& store);

// In the order of `agents`, which all have a feature and a branch. Read only.
std::vector<Standing> look(const Repository& repository, store::Store& store,
                           const std::vector<store::Agent>& agents);

// What became of one branch.
struct Ran {
  Standing after;
  // synced (it lacked nothing), rebased, merged, forwarded, conflict, skipped.
  std::string outcome;
  std::string reason;              // of conflict and skipped
  std::string hint;                // the next command; may be empty
  std::string from;                // the tip before; empty when it did not move
  std::string backup;              // the ref that keeps it
  std::vector<std::string> files;  // what has changed in the worktree
};

// Has the branch take in its upstream, as the policy's section `sync` says: by
// a rebase or a merge that is made in a throw-away worktree, so that the
// agent's own is touched by nothing but the one step from the old tip to the
// new. Only where that is clean, nothing in it is under way, and the agent is
// not at work or is the caller (absent: a person), and has agreed; else it is
// skipped with the reason. The old tip and what is untracked are kept first.
// What a kill has left half done is completed or taken back. The agent, unless
// it called, is told once. Throws Error{Usage} for a policy that cannot be
// read, and Error{Io, Contended, MissingTool}.
Ran run(const Repository& repository, store::Store& store,
        const store::Agent& agent, const std::optional<store::Agent>& caller);

// Completes or takes back what killed runs have left. Asks git only where there
// is something. Returns how many.
int repair(const Repository& repository, store::Store& store);

// Tells agents that their branches lack something of their upstream, once for
// each of its tips and with never more than one message that is not read; how
// much they must lack is in the policy. Returns how many were told.
int tell_behind(const Repository& repository, store::Store& store);

}  // namespace orch::sync
