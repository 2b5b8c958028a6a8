// SPDX-License-Identifier: MIT
#include <map>

#include "message/message.h"
#include "store/events.h"
#include "task/state.h"
#include "task/task.h"
#include "tasklist/words.h"
#include "text/text.h"

namespace orch::task {
namespace {

struct Proofs {
  std::optional<Proof> completes, names;
};

// The newest proofs of each task.
std::map<std::string, Proofs> proofs_of(store::Store& store,
                                        std::int64_t feature_id) {
  std::map<std::string, Proofs> out;
  for (const store::Evidence& e : store::list_evidence(store, feature_id)) {
    Proofs& p = out[e.task_id];
    p.names = Proof{e.commit, e.at};
    if (e.completes) p.completes = Proof{e.commit, e.at};
  }
  return out;
}

State state_of_row(const store::Task& t, const Proofs& p, bool waits) {
  return state_of({.said = t.said,
                   .said_at = t.said_at,
                   .completes = p.completes,
                   .names = p.names,
                   .waits = waits});
}

void log(store::Store& store, const store::Feature& feature,
         const store::Task& task, const char* type, const std::string& text,
         std::int64_t now) {
  store::insert_event(store, {.spec_id = feature.spec_id,
                              .role = "orch",
                              .type = type,
                              .message = text,
                              .task_id = task.task_id,
                              .at = now});
}

void tell_released(store::Store& store, const store::Feature& feature,
                   const store::Task& task, std::int64_t now) {
  const std::string text =
      task.task_id + " can start: " + text::join(task.depends_on, ", ") +
      (task.depends_on.size() == 1 ? " is" : " are") + " finished";
  log(store, feature, task, "task_unblocked", text, now);
  if (!task.owner) return;
  if (const auto owner = store::find_agent(store, *task.owner))
    message::queue(store, *owner, {.text = text + ": " + task.title}, now);
}

}  // namespace

store::Event event_of_commit(const std::string& commit,
                             const std::string& subject,
                             std::string_view message) {
  store::Event e;
  e.type = "status_update";
  e.message = subject;
  e.metadata = store::kFromCommit;
  e.recorded_commit = commit;
  const auto tasks = tasklist::named_tasks(message);
  if (!tasks.empty()) {
    e.task_id = tasks[0].id;
    if (tasks[0].completed) e.type = "task_completed";
  }
  return e;
}

bool record_commit(store::Store& store, std::int64_t feature_id,
                   const std::string& commit, std::string_view message,
                   std::int64_t at) {
  const auto tasks = tasklist::named_tasks(message);
  const auto reverted = tasklist::reverted_commits(message);
  for (const tasklist::NamedTask& t : tasks)
    store::insert_task_commit(store, feature_id, t.id, commit, t.completed, at);
  for (const std::string& id : reverted)
    store::insert_revert(store, commit, id);
  return !tasks.empty() || !reverted.empty();
}

std::vector<Change> refresh(store::Store& store, const store::Feature& feature,
                            std::int64_t now) {
  auto tasks = store::list_tasks(store, feature.id);
  auto proofs = proofs_of(store, feature.id);
  // Whether one is finished depends on no other, so two passes are enough.
  std::map<std::string, bool> finished;
  for (const store::Task& t : tasks)
    finished[t.task_id] =
        is_finished(state_of_row(t, proofs[t.task_id], false).status);
  std::vector<Change> changes;
  for (store::Task& t : tasks) {
    bool waits = false;
    for (const std::string& id : t.depends_on) waits |= !finished[id];
    const State state = state_of_row(t, proofs[t.task_id], waits);
    if (state == State{t.status, t.commit}) continue;
    const std::string before = std::exchange(t.status, state.status);
    t.commit = state.commit;
    t.updated_at = now;
    store::update_task(store, t);
    if (before == state.status) continue;
    changes.push_back({t.task_id, before, state.status});
    // A block that was said, and taken back, is its speaker's event.
    const bool was_waiting = before == "blocked" && !t.said_before &&
                             t.said.value_or("open") == "open";
    if (was_waiting && state.status == "open" && !t.depends_on.empty())
      tell_released(store, feature, t, now);
    if (before == "done" && !t.said)
      log(store, feature, t, "task_reopened",
          t.task_id + ": the commit that completed it does not count any more",
          now);
  }
  return changes;
}

}  // namespace orch::task
