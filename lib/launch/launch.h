// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "error/error.h"
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
// runs already starts what does not run and changes nothing else. `brief`: more
// for each agent that is started to know.
Launched launch(const Repository& repository, store::Store& store,
                const plan::Plan& plan, const std::string& digest,
                const furnishing::Listener& listener,
                const std::string& brief = {});

// Takes a set-up whose agents could not all be started back, as far as nobody
// has worked in it, and throws `failure` anew, with what became of it. `what`
// failed: "launch of '003-x'".
[[noreturn]] void take_back(const Repository& repository, store::Store& store,
                            const std::string& spec_id, const Error& failure,
                            const std::string& what,
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

// How items of the batch queue are to be launched when their time has come.
struct Enqueuing {
  std::int64_t priority = 0;  // the higher, the sooner
  std::optional<std::int64_t> time_limit_ms;
  std::string options;  // as options_text gives them
};
// The options --team, --roles, --plan, --size, --runtime and --base as JSON,
// and as "head" the branch that is checked out here now: the base of what names
// no other. `option` gives the value of one, empty when it was not given.
std::string options_text(const Repository& repository,
                         const std::function<std::string(const char*)>& option);
// The value of one of them in such a text; empty when it is not there.
std::string option_in(const std::string& options, const char* name);
// Throws what a launch with them would: Error{UnknownName, Usage} for a team,
// role, runtime, size, plan or base that is none, and for what a plan says by
// itself.
void require_options(const Repository& repository,
                     const std::vector<Source>& sources,
                     const std::string& options);
// Why no agent of theirs could start as things are: no agent CLI is on PATH,
// and nothing names another runtime. Empty when one may.
std::string lack_of_runtime(const Repository& repository,
                            const std::vector<Source>& sources,
                            const std::string& options);

// Several specifications wait in the batch queue, in their order; one whose
// content waits already is left out, and shown as the item that it is, of
// another batch.
struct Queued {
  std::int64_t batch = 0;  // 0: all of them wait already
  std::vector<store::QueueItem> items;
};
Queued enqueue(store::Store& store, const std::vector<Source>& sources,
               const Enqueuing& how = {});

// Waits until nobody launches that feature; what a launch that was killed has
// started may still do so. Throws Error{Contended}.
void await_others(const Repository& repository, const std::string& spec_id,
                  int timeout_ms);

}  // namespace orch::launch
