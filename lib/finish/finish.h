// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/store.h"

// The end of a feature: proven from git and the store, tagged, landed on its
// base when that is asked for, and put away.
namespace orch::finish {

using repository::Repository;

// One thing that must hold.
struct Check {
  std::string name;  // branches, worktrees, tasks, blockers, pushed, gates
  bool ok = true;
  std::string detail;
  std::string fix;  // the command that helps; empty when it holds
};

struct Request {
  store::Feature feature;
  bool land = false;     // on the recorded base
  bool archive = false;  // worktrees into the trash, and nobody works at it
  bool dry_run = false;  // only says how it stands; gates are not run
  std::vector<std::string> allowed;  // names of checks that need not hold
  std::string caller = "person";
  std::function<void(const std::string&)> progress = {};
};

struct Outcome {
  std::vector<Check> checks;
  bool complete = false;          // all hold, or are allowed not to
  std::string commit;             // the tip of the integration branch
  bool merged = false;            // the base holds it
  std::string landed_as;          // what the base became; empty: nothing landed
  std::string not_landed;         // why it did not, though it was asked for
  std::vector<std::string> tags;  // full refs, those that were there, too
  std::vector<std::string> stopped;   // agents
  std::vector<std::string> archived;  // worktrees
  std::string notes;                  // of the release, Markdown
  std::string status;                 // of the feature now
};

// Proves it; when it is complete, and not dry, lands, tags, marks and archives
// what was asked for. Each step may be repeated: a run that was killed is
// completed by the next. Throws Error{Exists} for a tag that names something
// else, Error{RefusedByPolicy} for a base that is no branch and for an agent
// that is at work, before anything has changed; Error{UnknownName} when the
// integration branch is gone.
Outcome run(const Repository& repository, store::Store& store,
            const Request& request);

// What the feature brought, from its commits, tasks and events.
std::string release_notes(const Repository& repository, store::Store& store,
                          const store::Feature& feature,
                          const std::string& commit);

}  // namespace orch::finish
