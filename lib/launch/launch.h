// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "agent/agent.h"
#include "feature/feature.h"
#include "furnishing/furnishing.h"
#include "launch/draft.h"
#include "store/queue.h"

// From a plan to a running, briefed, scheduled team in one go.
namespace orch::launch {

struct Launched {
  feature::Created made;
  std::vector<store::Agent> agents;  // as they are now
  std::size_t tasks = 0;             // that were added
};

// What `launch` would make; changes nothing. Throws what it would throw before
// its first change: pre-flight checks that fail (Error{MissingTool, Io} with
// the fixing command), agents without a runtime, names that are taken.
feature::Created plan_launch(const Repository& repository, store::Store* store,
                             const plan::Plan& plan, const std::string& digest);

// Feature, worktrees, rows, tasks and check-ins, then every agent: its set-up
// commands, its start (staggered by orch.startStagger), its brief. A failure
// takes all of it back, or, where an agent has committed by then, stops the
// agents and says what stays; it is thrown again with what became of the
// set-up. What a kill has left is completed by the next run. A launch of what
// runs already starts what does not run and changes nothing else.
Launched launch(const Repository& repository, store::Store& store,
                const plan::Plan& plan, const std::string& digest,
                const furnishing::Listener& listener);

// One more agent of the feature that is meant (as agent::require_feature says),
// made and started. Without any feature: a team of two, that role and an
// orchestrator, whose feature `prototype` has `brief` for its goal.
store::Agent start_role(const Repository& repository, store::Store& store,
                        const std::string& role, const std::string& brief,
                        const std::string& runtime, agent::Walls walls,
                        const furnishing::Listener& listener);

// A new repository in `directory` whose first commit holds the specification
// (with what lies beside it in a folder of spec-kit), set up for git orch. One
// that a killed run has made is gone on with. Throws Error{Exists} when
// something else is there.
struct NewRepository {
  Repository repository;
  Source source;  // as it lies there
};
NewRepository make_repository(const std::string& directory,
                              const Source& source);

// Several specifications wait in the batch queue, in their order; one whose
// content waits already is left out and gets an item of no batch.
struct Queued {
  std::int64_t batch = 0;
  std::vector<store::QueueItem> items;
};
Queued enqueue(store::Store& store, const std::vector<Source>& sources);

}  // namespace orch::launch
