// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "brief/brief.h"
#include "config/config.h"
#include "furnishing/furnishing.h"
#include "repository/repository.h"
#include "runtime/runtime.h"
#include "store/features.h"
#include "store/snapshots.h"
#include "tmux/tmux.h"

// Agents: who they are, whether they live, starting and ending them. Liveness
// is the agent's own process (pid and start time), never its pane or title.
namespace orch::agent {

using repository::Repository;

// --- Who -----------------------------------------------------------------

// The agent that `name` means: `<spec-id>/<role>`, or `<role>` alone inside
// that feature's worktrees or when only one feature is active. Throws
// Error{UnknownName, Ambiguous} with the nearest names.
store::Agent require_agent(const Repository& repository, store::Store& store,
                           const std::string& name);

// The feature that a verb means: `spec_id`, else the worktree's, else the only
// active one. Throws Error{UnknownName, Ambiguous} with the list.
store::Feature require_feature(const Repository& repository,
                               store::Store& store, const std::string& spec_id);

// The agent among whose descendants we are; absent: a person calls. Decided by
// process ancestry, never by an environment variable.
std::optional<store::Agent> find_caller(store::Store& store);
// Its address, or "person".
std::string caller_name(store::Store& store);
// Who may say what an agent does: a person, an overseer, and it itself. Else
// throws Error{RefusedByPolicy}. `what` they may not: "pause".
void require_may_direct(store::Store& store, const store::Agent& agent,
                        const std::string& what);
// Throws Error{RefusedByPolicy} when an agent calls that is no overseer. `what`
// it may not: "change the queue".
void require_leader(const Repository& repository, const std::string& what);

// --- Alive ---------------------------------------------------------------

// The agent as it is now: a row whose process is gone shows `exited` (or
// `lost` after a reboot, or when nobody is left to tell how it ended). Read
// only.
store::Agent observed(const store::Agent& row);
// Whether its process lives, or is about to.
bool is_running(const store::Agent& agent);
// Writes what `observed` sees into the rows, with an event for each change.
// Returns how many changed.
int reconcile(store::Store& store);

// Processes of other agent CLIs in `directory` that we did not start.
struct Foreign {
  pid_t pid;
  std::string name;
};
std::vector<Foreign> foreign_agents(const Repository& repository,
                                    store::Store& store,
                                    const std::string& directory);

// The state that the agent's pane shows, read with its runtime's signs; empty
// when nothing can be told from it.
std::string shown_state(const Repository& repository,
                        const store::Agent& agent);
// Looks at the panes of all agents that run and believes what they show where
// no hook tells: an open dialog, a usage limit, and, twice in a row, that a
// turn is over. Every two seconds at most. Returns how many states changed.
int look_around(const Repository& repository, store::Store& store);

// Waits until its turn is over, as a hook or, twice in a row, the screen says.
// False when it is not in time.
bool await_idle(const Repository& repository, store::Store& store,
                std::int64_t agent_id, std::int64_t timeout_ms);
// Writes that state, source "screen", for one that is still starting. False
// when a hook has said more by now.
bool believe_screen(const Repository& repository, store::Store& store,
                    std::int64_t agent_id, const std::string& state);

// --- Start and stop ------------------------------------------------------

// --runtime, else the row's, else the role's, else orch.runtime, else the only
// known agent CLI on PATH. Throws Error{MissingTool} that lists them.
runtime::Runtime choose_runtime(const Repository& repository,
                                const config::Config& config,
                                const std::string& asked,
                                const store::Agent& agent);

// Runtimes whose program is on PATH, by name; stand-ins are none of them.
std::vector<std::string> runtimes_on_path(const Repository& repository);

enum class Walls {
  AsBefore,  // as the last time, or as its role and its runtime need it
  Yes,
  No,
};
struct StartOptions {
  std::string runtime;               // empty: choose
  std::string brief;                 // added to the generated one
  std::vector<std::string> command;  // replaces the runtime's own arguments
  bool wait_ready = true;
  bool with_brief = true;
  // Somebody asked for it: earlier ends no longer count.
  bool by_hand = true;
  // Of several, the next one starts when the one before it is ready, or so much
  // later.
  std::int64_t stagger_ms = 0;
  Walls sandbox = Walls::AsBefore;
  furnishing::Listener listener = {};
};
// Furnishes its worktree, starts, briefs and returns the agent as it is then.
// With a conversation of the same runtime, that goes on. Starting one that runs
// changes nothing. Throws Error{DuplicateAgent, InvalidDirectory, MissingTool,
// Timeout, DeadPane}.
store::Agent start(const Repository& repository, store::Store& store,
                   const store::Agent& agent, const StartOptions& options);

// What each `print_version` prints, as a version; empty when it cannot be told.
// They run side by side.
std::vector<std::string> installed_versions(
    const std::vector<runtime::Runtime>& runtimes);

// Several at once: all are launched before any is waited for.
std::vector<store::Agent> start_all(const Repository& repository,
                                    store::Store& store,
                                    const std::vector<store::Agent>& agents,
                                    const StartOptions& options);

// Waits until one that was started is ready, as the runtime's `start_timeout`
// allows, and gives it what waits for it. One that took a message and has ended
// since was ready, too. Throws Error{Timeout, DeadPane}.
store::Agent await_ready(const Repository& repository, store::Store& store,
                         const store::Agent& agent);

// A row for an agent outside any feature, addressed dir/<name>; the present
// one when this directory has one.
store::Agent register_directory(store::Store& store,
                                const std::string& directory,
                                const std::string& role);

// Has an idle agent's CLI compact its conversation, and queues a new brief
// behind it. Throws Error{RefusedByPolicy} when its runtime has no command for
// it, and Error{Contended} when the agent is not idle.
void compact(const Repository& repository, store::Store& store,
             const store::Agent& agent);

// Ends the process (SIGTERM, then SIGKILL) and its pane. Uncommitted work is
// saved as a snapshot first. A stop stays stopped.
struct Stopped {
  store::Agent agent;
  std::optional<std::string> snapshot;  // commit id
};
Stopped stop(const Repository& repository, store::Store& store,
             const store::Agent& agent);

// Agents that were launched here by a start that no row tells of, as after a
// restore of an older store. Their process numbers.
std::vector<pid_t> list_unknown(const Repository& repository,
                                store::Store& store);

// Ends those that were launched here though no row says so, or whose row says
// otherwise, without a snapshot; their panes, too. Their process numbers.
// Throws Error{Io} when one does not end.
std::vector<pid_t> stop_unknown(const Repository& repository);

// --- Snapshots -----------------------------------------------------------

// Saves the index, uncommitted and untracked (not ignored) work of the agent's
// worktree as a commit under refs/orch/snapshots/<agent>/, and returns its id;
// absent when there is nothing, or no worktree. Nothing of the user's is
// touched. The commit is like one of git-stash(1): its tree is the work, its
// first parent HEAD, its second a commit of the index. Work inside submodules
// and nested repositories is not in it. Throws Error{Io} when git cannot read
// all of it.
std::optional<std::string> snapshot(const Repository& repository,
                                    store::Store& store,
                                    const store::Agent& agent,
                                    const std::string& reason);

// Takes one of each agent that runs and had a check-in since the last time, a
// few at a time, unless the newest of the agent holds the same work on the same
// commit. Returns how many were taken.
int snapshot_checked_in(const Repository& repository, store::Store& store);

// What no snapshot of the agent's worktree holds: nested repositories (with a
// slash at the end) and submodules with uncommitted work in them.
std::vector<std::string> left_out(const store::Agent& agent);

struct RestoreOptions {
  std::string into;    // another worktree; empty: the agent's
  bool index = false;  // what was staged is staged again
};
struct Restored {
  std::string worktree;
  std::vector<std::string> written, removed;
  std::optional<store::Snapshot> saved;  // what was uncommitted there before
};
// Brings the content of a snapshot back as uncommitted changes: afterwards the
// worktree differs from its HEAD as the snapshot from its own. What is
// uncommitted there now is saved first; ignored files stay. All or nothing.
// Throws Error{UnknownName} when the worktree is gone, and Error{Dirty} when
// its HEAD has moved and the content does not apply, when a file that no
// snapshot holds is in the way, or while a merge is unfinished there.
Restored restore_snapshot(const Repository& repository, store::Store& store,
                          const store::Snapshot& snapshot,
                          const RestoreOptions& options = {});

// Lets a snapshot go; its objects stay until git's own gc. Throws
// Error{Contended} when its ref names something else by now.
void drop_snapshot(const Repository& repository, store::Store& store,
                   const store::Snapshot& snapshot);

// Refs without a row get one, rows without a ref are marked dropped: what a
// kill between the two leaves. Changes nothing in a store that is read-only.
void repair_snapshots(const Repository& repository, store::Store& store);

// Removes registrations of directory agents that do not run; names them.
std::vector<std::string> clean(store::Store& store);

// The end of what the pane showed, control sequences removed; works after the
// pane has gone.
std::string log_tail(const Repository& repository, const store::Agent& agent,
                     std::size_t lines);
// Hands what is printed from now on to `told`, as whole lines like those of
// log_tail, until the agent has ended.
void follow_log(const Repository& repository, store::Store& store,
                const store::Agent& agent,
                const std::function<void(const std::string&)>& told);
std::string log_path(const Repository& repository, const store::Agent& agent);

// Why the row says of the agent what it says, for a person: "its hook said so",
// "exit status 3; comes back in 4s".
std::string explain(store::Store& store, const store::Agent& agent,
                    std::int64_t now);

// --- Brief ---------------------------------------------------------------

// Queues a brief for one that runs; an earlier one that still waits is out of
// date. Returns the message's id.
std::int64_t send_brief(const Repository& repository, store::Store& store,
                        const store::Agent& agent, brief::Reason reason);
// Gives agents whose CLI has said that it compacted their conversation a brief
// again, unless one has just gone to them. Returns how many.
int brief_compacted(const Repository& repository, store::Store& store);

}  // namespace orch::agent
