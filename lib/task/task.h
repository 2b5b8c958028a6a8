// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/events.h"
#include "store/features.h"
#include "store/leases.h"
#include "store/tasks.h"
#include "tasklist/formats.h"

// Tasks: their rows follow commits and what people and agents say; who waits is
// released, and told, in the transaction that finishes what it waited for.
namespace orch::task {

// Who acts: a person, or the agent among whose descendants we are.
struct Actor {
  std::string name = "person";  // or an agent's address
  std::string role = "person";
  bool is_agent() const { return name != "person"; }
};

// The task that `id` means. Throws Error{UnknownName} with the nearest one.
store::Task require_task(store::Store& store, const store::Feature& feature,
                         const std::string& id);

// The event that a commit makes, without feature, role and time:
// `status_update`, or `task_completed` when its message completes a task.
store::Event event_of_commit(const std::string& commit,
                             const std::string& subject,
                             std::string_view message);

// --- Evidence; all within a Transaction -----------------------------------

// Records what a commit's message says. Returns whether it says anything.
bool record_commit(store::Store& store, std::int64_t feature_id,
                   const std::string& commit, std::string_view message,
                   std::int64_t at);

struct Change {
  std::string id, from, to;
};
// Brings every row of the feature up to date. What it releases becomes a
// task_unblocked event and a message to the owner; what a revert reopens, a
// task_reopened event.
std::vector<Change> refresh(store::Store& store, const store::Feature& feature,
                            std::int64_t now);

// "doing", "done", "blocked", "open", "dropped". `fencing`: the number of the
// claim under which it is said; an outdated one is refused. An agent may not
// speak of what another one holds. Throws Error{RefusedByPolicy, UnknownName}.
struct Saying {
  std::string status;
  std::string reason = {};
  std::optional<std::int64_t> fencing = {};
};
store::Task record_saying(store::Store& store, const store::Feature& feature,
                          const std::string& id, const Saying& saying,
                          const Actor& actor);

// --- Acts; each is one transaction, durable when it returns ----------------

struct NewTask {
  std::string id;  // empty: the next free T001
  std::string title;
  std::optional<std::string> owner;
  std::vector<std::string> depends_on;
  std::string section;
};
store::Task add(store::Store& store, const store::Feature& feature,
                const NewTask& wanted, const Actor& actor);

store::Task say(store::Store& store, const store::Feature& feature,
                const std::string& id, const Saying& saying,
                const Actor& actor);
// A block that was said is taken back; what was known before holds again.
store::Task unblock(store::Store& store, const store::Feature& feature,
                    const std::string& id, const Actor& actor);

// Gives it to an agent, which is told unless it asked itself; empty: nobody.
store::Task assign(store::Store& store, const store::Feature& feature,
                   const std::string& id, const store::Agent* owner,
                   const Actor& actor);

// A lease on the task. Throws Error{Contended} when another one holds it, and
// Error{RefusedByPolicy} when the task is finished or waits.
store::Lease claim(store::Store& store, const store::Feature& feature,
                   const std::string& id, const store::Agent& owner,
                   std::int64_t for_ms);
void release(store::Store& store, const store::Feature& feature,
             const std::string& id, const Actor& actor,
             std::optional<std::int64_t> fencing);
std::string lease_name(const store::Feature& feature, const std::string& id);

// `id` waits for each of `others`. Throws Error{RefusedByPolicy} that shows the
// ring when that would close one.
store::Task depend(store::Store& store, const store::Feature& feature,
                   const std::string& id,
                   const std::vector<std::string>& others);
store::Task undepend(store::Store& store, const store::Feature& feature,
                     const std::string& id,
                     const std::vector<std::string>& others);

// Adds what is new and updates titles, sections and dependencies of the rest;
// a status other than open is taken over as said, but for `blocked` of a task
// that still waits for another and is not held: that goes by itself. All or
// nothing. With OnlyNew, tasks that are there stay as they are, and a
// dependency on what is nowhere is passed over.
struct Imported {
  int added = 0, updated = 0;
};
enum class Merge { All, OnlyNew };
Imported import_tasks(store::Store& store, const store::Feature& feature,
                      const std::vector<tasklist::Task>& tasks, Merge merge);

// Owners among them that are no agents here, each once, sorted.
std::vector<std::string> strangers(store::Store& store,
                                   const std::vector<tasklist::Task>& tasks);

// Of the tasks of a feature, those that nobody has to do anything for any more.
std::set<std::string> finished_ids(store::Store& store,
                                   const store::Feature& feature);

// The rows as other tools take them.
std::vector<tasklist::Task> export_tasks(store::Store& store,
                                         const store::Feature& feature);

}  // namespace orch::task
