// SPDX-License-Identifier: MIT
#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "message/message.h"
#include "store/events.h"
#include "task/state.h"
#include "task/task.h"
#include "tasklist/words.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::task {
namespace {

void log(store::Store& store, const store::Feature& feature,
         const store::Task& task, const std::string& type,
         const std::string& text, const Actor& actor, std::int64_t now) {
  store::Event e;
  e.spec_id = feature.spec_id;
  e.role = actor.role;
  e.type = type;
  e.task_id = task.task_id;
  e.message = text.empty() ? task.title : text;
  e.metadata = store::kFromPerson;
  e.at = now;
  store::insert_event(store, e);
}

std::string event_of(const std::string& status) {
  if (status == "doing") return "task_started";
  if (status == "done") return "task_completed";
  if (status == "blocked") return "task_blocked";
  if (status == "dropped") return "task_dropped";
  return "task_reopened";
}

// An agent does not speak of what another one holds, and nobody under a number
// that has been passed on.
void require_right(store::Store& store, const store::Feature& feature,
                   const std::string& id, const Actor& actor,
                   std::optional<std::int64_t> fencing, std::int64_t now) {
  const auto lease = store::find_lease(store, lease_name(feature, id));
  if (fencing && (!lease || *fencing != lease->fencing))
    throw Error(
        ErrorCode::RefusedByPolicy,
        "claim " + std::to_string(*fencing) + " of task '" + id +
            "' is outdated" +
            (lease ? ": the latest is " + std::to_string(lease->fencing) : ""),
        "git orch task claim " + id);
  if (actor.is_agent() && lease && lease->is_held(now) &&
      lease->owner != actor.name)
    throw Error(ErrorCode::RefusedByPolicy,
                "task '" + id + "' is claimed by " + *lease->owner,
                "git orch send " + *lease->owner + " -m <text>");
}

std::string next_id(store::Store& store, const store::Feature& feature) {
  int highest = 0;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    if (t.task_id.size() >= 4 && t.task_id.size() <= 8 && t.task_id[0] == 'T' &&
        t.task_id.find_first_not_of("0123456789", 1) == std::string::npos)
      highest = std::max(highest, std::stoi(t.task_id.substr(1)));
  std::string digits = std::to_string(highest + 1);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return "T" + digits;
}

}  // namespace

store::Task require_task(store::Store& store, const store::Feature& feature,
                         const std::string& id) {
  if (auto task = store::find_task(store, feature.id, id)) return *task;
  std::vector<std::string> known;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    known.push_back(t.task_id);
  const std::string near = text::nearest(id, known);
  throw Error(
      ErrorCode::UnknownName,
      "unknown task '" + id + "' in feature '" + feature.spec_id + "'",
      near.empty() ? "git orch task list" : "did you mean " + near + "?");
}

store::Task add(store::Store& store, const store::Feature& feature,
                const NewTask& wanted, const Actor& actor) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  store::Task task;
  task.feature_id = feature.id;
  task.task_id = wanted.id.empty() ? next_id(store, feature) : wanted.id;
  if (!tasklist::is_task_id(task.task_id))
    throw UsageError("'" + task.task_id + "' cannot be a task id",
                     "letters, digits, '.', '_' and '-', at most 64");
  if (text::trim(wanted.title).empty() ||
      wanted.title.find_first_of(std::string_view("\n\r\0", 3)) !=
          std::string::npos)
    throw UsageError("a task's title is one line of text");
  if (store::find_task(store, feature.id, task.task_id))
    throw Error(ErrorCode::Exists, "there is a task '" + task.task_id + "'",
                "git orch task list");
  task.title = wanted.title;
  task.owner = wanted.owner;
  task.section = wanted.section;
  task.updated_at = now;
  store::insert_task(store, task);
  for (const std::string& id : wanted.depends_on) {
    require_task(store, feature, id);
    store::insert_dependency(store, feature.id, task.task_id, id);
  }
  log(store, feature, task, "task_added", "", actor, now);
  refresh(store, feature, now);
  transaction.commit();
  return require_task(store, feature, task.task_id);
}

store::Task record_saying(store::Store& store, const store::Feature& feature,
                          const std::string& id, const Saying& saying,
                          const Actor& actor) {
  const std::int64_t now = clock::now();
  store::Task task = require_task(store, feature, id);
  require_right(store, feature, id, actor, saying.fencing, now);
  const bool changes =
      task.status != saying.status || task.reason.value_or("") != saying.reason;
  if (saying.status == "blocked" && task.said.value_or("") != "blocked")
    task.said_before = task.said.value_or(task.status);
  if (saying.status != "blocked") task.said_before.reset();
  task.said = saying.status;
  task.said_at = now;
  task.reason =
      saying.reason.empty() ? std::nullopt : std::optional(saying.reason);
  if (saying.status == "doing" && actor.is_agent() && !task.owner)
    task.owner = actor.name;
  store::update_task(store, task);
  if (changes)
    log(store, feature, task, event_of(saying.status), saying.reason, actor,
        now);
  if (is_finished(saying.status))
    store::release_lease(store, lease_name(feature, id));
  refresh(store, feature, now);
  return require_task(store, feature, id);
}

store::Task say(store::Store& store, const store::Feature& feature,
                const std::string& id, const Saying& saying,
                const Actor& actor) {
  store::Transaction transaction(store);
  const store::Task task = record_saying(store, feature, id, saying, actor);
  transaction.commit();
  return task;
}

store::Task unblock(store::Store& store, const store::Feature& feature,
                    const std::string& id, const Actor& actor) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  store::Task task = require_task(store, feature, id);
  if (task.said.value_or("") != "blocked") {
    if (task.status == "blocked")
      throw Error(
          ErrorCode::RefusedByPolicy,
          "task '" + id + "' waits for " + text::join(task.depends_on, ", "),
          "git orch task depend " + id + " --remove <id>");
    return task;
  }
  task.said = task.said_before;
  task.said_before.reset();
  task.said_at = now;
  task.reason.reset();
  if (task.said == "open") task.said.reset();
  store::update_task(store, task);
  log(store, feature, task, "task_unblocked", "", actor, now);
  refresh(store, feature, now);
  transaction.commit();
  return require_task(store, feature, id);
}

store::Task assign(store::Store& store, const store::Feature& feature,
                   const std::string& id, const store::Agent* owner,
                   const Actor& actor) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  store::Task task = require_task(store, feature, id);
  const std::optional<std::string> wanted =
      owner ? std::optional(owner->address) : std::nullopt;
  if (task.owner != wanted) {
    task.owner = wanted;
    task.updated_at = now;
    store::update_task(store, task);
    log(store, feature, task, "task_assigned", wanted.value_or("nobody"), actor,
        now);
    if (owner && owner->address != actor.name)
      message::queue(store, *owner,
                     {.sender = actor.name,
                      .text = task.task_id + " is yours: " + task.title},
                     now);
  }
  transaction.commit();
  return require_task(store, feature, id);
}

std::string lease_name(const store::Feature& feature, const std::string& id) {
  return "task/" + feature.spec_id + "/" + id;
}

store::Lease claim(store::Store& store, const store::Feature& feature,
                   const std::string& id, const store::Agent& owner,
                   std::int64_t for_ms) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  store::Task task = require_task(store, feature, id);
  if (is_finished(task.status))
    throw Error(ErrorCode::RefusedByPolicy,
                "task '" + id + "' is " + task.status,
                "git orch task list --status open");
  if (task.status == "blocked")
    throw Error(
        ErrorCode::RefusedByPolicy,
        "task '" + id + "' is blocked" +
            (task.depends_on.empty()
                 ? ""
                 : ": it waits for " + text::join(task.depends_on, ", ")),
        "git orch task list --status open");
  const std::string name = lease_name(feature, id);
  const auto lease =
      store::take_lease(store, name, owner.address, now, now + for_ms);
  if (!lease) {
    const auto held = store::find_lease(store, name);
    throw Error(
        ErrorCode::Contended,
        "task '" + id + "' is claimed by " + *held->owner +
            (held->expires_at ? " until " + text::iso_time(*held->expires_at)
                              : ""),
        "git orch task list --status open");
  }
  if (task.owner != owner.address) {
    task.owner = owner.address;
    task.updated_at = now;
    store::update_task(store, task);
  }
  if (lease->taken_at == now)
    log(store, feature, task, "task_claimed",
        owner.address + " holds claim " + std::to_string(lease->fencing),
        {.name = owner.address, .role = owner.role}, now);
  transaction.commit();
  return *lease;
}

void release(store::Store& store, const store::Feature& feature,
             const std::string& id, const Actor& actor,
             std::optional<std::int64_t> fencing) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  store::Task task = require_task(store, feature, id);
  const std::string name = lease_name(feature, id);
  const auto lease = store::find_lease(store, name);
  if (!lease || !lease->owner)
    throw Error(ErrorCode::UnknownName, "nobody holds task '" + id + "'",
                "git orch task list");
  require_right(store, feature, id, actor, fencing, now);
  if (task.owner == lease->owner) task.owner.reset();
  task.updated_at = now;
  store::update_task(store, task);
  store::release_lease(store, name);
  log(store, feature, task, "task_released", *lease->owner, actor, now);
  transaction.commit();
}

}  // namespace orch::task
