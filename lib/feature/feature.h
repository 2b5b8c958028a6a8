// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "repository/repository.h"
#include "store/plans.h"

// Features: set up in one go, by a journal, beside a checkout that is never
// touched.
namespace orch::feature {

using repository::Repository;

struct Request {
  std::string spec_id;
  std::string name;       // empty: the spec-id
  std::string spec_path;  // may be empty
  std::string base;       // empty: the branch checked out here
  std::string team = "overseer-3";
  std::vector<std::string> roles;  // not empty: instead of the team's
  std::string runtime;             // empty: chosen at start
  bool worktrees = true;
  // What it is launched with, written with the rows; its feature is not known
  // yet.
  std::optional<store::Plan> plan;
};

struct Created {
  store::Feature feature;
  std::vector<store::Agent> agents;
  bool already_there = false;  // a rerun of a finished set-up
};

using Progress = std::function<void(const std::string&)>;

// What `create` would make; changes nothing. Throws what `create` would throw
// before its first change.
Created plan(const Repository& repository, store::Store* store,
             const Request& request);

// Base recorded, branches, worktrees, rows and recurring check-ins. A failure
// undoes what was done; a run that was killed is completed by the next one
// (the journal names what is ours). Throws Error{Exists, NotARepository,
// UnknownName, Contended, Io}.
Created create(const Repository& repository, store::Store& store,
               const Request& request, const Progress& progress);

// Takes a set-up back: what is uncommitted in its worktrees is saved as
// snapshots, then worktrees, branches and rows go; a run that was killed is
// completed, or undone again, by the next. Only where no agent has committed or
// holds what no snapshot can (see agent::left_out): else nothing changes, and
// the addresses of those that have are returned. The caller has ended the
// agents.
std::vector<std::string> retire(const Repository& repository,
                                store::Store& store,
                                const store::Feature& feature);

// One more agent for a feature that is under way: its branch starts where the
// integration branch is now. One that a killed run has begun is completed; one
// that is there already is returned. Throws Error{UnknownName, Exists} and
// Error{Usage} for a second overseer and for a role whose requirements the
// feature does not meet.
store::Agent add_agent(const Repository& repository, store::Store& store,
                       const store::Feature& feature, const std::string& role,
                       const std::string& runtime);

// Takes the worktree of an agent that does not run away: what is uncommitted in
// it is saved as a snapshot, the directory goes into the trash, the branch
// stays. False when there was none. Throws Error{Io} when its work cannot be
// saved.
bool put_worktree_aside(const Repository& repository, store::Store& store,
                        const store::Agent& agent, const std::string& reason);

// The worktree of an agent whose directory is gone: what its index holds is
// checked out anew, and what git knows of it (HEAD, reflog) stays; where git
// has forgotten it, too, a new one on its branch. Throws Error{Io}.
void restore_worktree(const Repository& repository, store::Store& store,
                      const store::Agent& agent);

// Branches that are there already become a feature's. Each gets a worktree
// unless it has one; the main worktree is the person's and is never taken.
struct Adoption {
  std::string spec_id;
  std::string name;
  std::string base;  // empty: the branch checked out here
  // Role and short branch name; empty: every branch feature/<spec-id>/<role>.
  std::vector<std::pair<std::string, std::string>> branches;
};
Created adopt(const Repository& repository, store::Store& store,
              const Adoption& adoption);

}  // namespace orch::feature
