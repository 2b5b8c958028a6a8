// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "task/state.h"
#include "task/task.h"
#include "text/text.h"

namespace orch::task {
namespace {

using Edges = std::map<std::string, std::set<std::string>>;

Edges edges_of(store::Store& store, const store::Feature& feature) {
  Edges edges;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    edges[t.task_id] = {t.depends_on.begin(), t.depends_on.end()};
  return edges;
}

// The way from `from` to `to` along the edges, both included; empty when there
// is none. Without recursion: a chain can be as long as the list.
std::vector<std::string> way(const Edges& edges, const std::string& from,
                             const std::string& to) {
  std::map<std::string, std::string> came_from{{from, from}};
  std::vector<std::string> open{from};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    if (at == to) {
      std::vector<std::string> path{to};
      while (path.back() != from) path.push_back(came_from[path.back()]);
      return {path.rbegin(), path.rend()};
    }
    const auto next = edges.find(at);
    if (next == edges.end()) continue;
    for (const std::string& id : next->second)
      if (came_from.emplace(id, at).second) open.push_back(id);
  }
  return {};
}

// Refuses what closes a ring, and shows the ring.
void add_edge(store::Store& store, const store::Feature& feature, Edges& edges,
              const std::string& id, const std::string& other) {
  auto ring =
      id == other ? std::vector<std::string>{id} : way(edges, other, id);
  if (!ring.empty()) {
    ring.insert(ring.begin(), id);
    throw Error(ErrorCode::RefusedByPolicy,
                "task '" + id + "' cannot wait for '" + other +
                    "': they would wait for each other (" +
                    text::join(ring, " -> ") + ")",
                "git orch task depend " + other + " --remove <id>");
  }
  edges[id].insert(other);
  store::insert_dependency(store, feature.id, id, other);
}

// The tasks with the status that is said of each. One that is blocked while
// something that it depends on is unfinished is blocked by that alone, unless
// the file says otherwise: the rows tell how long.
std::vector<tasklist::Task> with_said(
    std::vector<tasklist::Task> tasks,
    const std::map<std::string, store::Task>& rows) {
  std::set<std::string> unfinished;
  for (const auto& [id, row] : rows)
    if (!is_finished(row.status)) unfinished.insert(id);
  for (const tasklist::Task& given : tasks) {
    if (is_finished(given.status))
      unfinished.erase(given.id);
    else
      unfinished.insert(given.id);
  }
  for (tasklist::Task& given : tasks)
    if (given.status == "blocked" && !given.held &&
        std::any_of(
            given.depends_on.begin(), given.depends_on.end(),
            [&](const std::string& id) { return unfinished.contains(id); }))
      given.status = "open";
  return tasks;
}

// Whether a row changes by what the file says.
bool take_over(store::Task& row, const tasklist::Task& given,
               std::int64_t now) {
  const store::Task before = row;
  row.title = given.title;
  row.section = given.section;
  row.parent = given.parent;
  if (!given.owner.empty()) row.owner = given.owner;
  if (given.status != "open" &&
      (given.status != row.status || (given.held && row.said != "blocked"))) {
    row.said = given.status;
    row.said_at = now;
  }
  return before.title != row.title || before.section != row.section ||
         before.parent != row.parent || before.owner != row.owner ||
         before.said != row.said;
}

}  // namespace

store::Task depend(store::Store& store, const store::Feature& feature,
                   const std::string& id,
                   const std::vector<std::string>& others) {
  store::Transaction transaction(store);
  require_task(store, feature, id);
  Edges edges = edges_of(store, feature);
  for (const std::string& other : others) {
    require_task(store, feature, other);
    add_edge(store, feature, edges, id, other);
  }
  refresh(store, feature, clock::now());
  transaction.commit();
  return require_task(store, feature, id);
}

store::Task undepend(store::Store& store, const store::Feature& feature,
                     const std::string& id,
                     const std::vector<std::string>& others) {
  store::Transaction transaction(store);
  require_task(store, feature, id);
  for (const std::string& other : others)
    store::remove_dependency(store, feature.id, id, other);
  refresh(store, feature, clock::now());
  transaction.commit();
  return require_task(store, feature, id);
}

Imported import_tasks(store::Store& store, const store::Feature& feature,
                      const std::vector<tasklist::Task>& given_tasks,
                      Merge merge) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  std::map<std::string, store::Task> rows;
  for (const store::Task& row : store::list_tasks(store, feature.id))
    rows.emplace(row.task_id, row);
  const auto tasks = with_said(given_tasks, rows);
  Imported out;
  std::set<std::string> touched;
  for (const tasklist::Task& given : tasks) {
    const auto known = rows.find(given.id);
    if (known != rows.end() && merge == Merge::OnlyNew) continue;
    touched.insert(given.id);
    if (known == rows.end()) {
      store::Task row;
      row.feature_id = feature.id;
      row.task_id = given.id;
      row.updated_at = now;
      take_over(row, given, now);
      store::insert_task(store, row);
      rows.emplace(given.id, row);
      ++out.added;
    } else if (take_over(known->second, given, now)) {
      known->second.updated_at = now;
      store::update_task(store, known->second);
      ++out.updated;
    }
  }
  Edges edges = edges_of(store, feature);
  for (const tasklist::Task& given : tasks) {
    if (!touched.contains(given.id)) continue;
    for (const std::string& other : given.depends_on) {
      if (!rows.contains(other) && merge == Merge::OnlyNew) continue;
      if (!rows.contains(other))
        throw Error(ErrorCode::UnknownName,
                    "task '" + given.id + "' depends on '" + other +
                        "', which is not there",
                    "add it, or take the dependency out");
      if (!edges[given.id].contains(other))
        add_edge(store, feature, edges, given.id, other);
    }
  }
  if (!touched.empty()) refresh(store, feature, now);
  transaction.commit();
  return out;
}

std::vector<std::string> strangers(store::Store& store,
                                   const std::vector<tasklist::Task>& tasks) {
  std::set<std::string> out;
  for (const tasklist::Task& t : tasks)
    if (!t.owner.empty() && !store::find_agent(store, t.owner))
      out.insert(t.owner);
  return {out.begin(), out.end()};
}

std::set<std::string> finished_ids(store::Store& store,
                                   const store::Feature& feature) {
  std::set<std::string> out;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    if (is_finished(t.status)) out.insert(t.task_id);
  return out;
}

std::vector<tasklist::Task> export_tasks(store::Store& store,
                                         const store::Feature& feature) {
  std::vector<tasklist::Task> out;
  const auto finished = finished_ids(store, feature);
  for (const store::Task& t : store::list_tasks(store, feature.id)) {
    const bool waits = std::any_of(
        t.depends_on.begin(), t.depends_on.end(),
        [&](const std::string& id) { return !finished.contains(id); });
    out.push_back({.id = t.task_id,
                   .title = t.title,
                   .status = t.status,
                   .owner = t.owner.value_or(""),
                   .depends_on = t.depends_on,
                   .section = t.section,
                   .parent = t.parent,
                   .held = waits && t.status == "blocked" &&
                           t.said.value_or("") == "blocked"});
  }
  return out;
}

}  // namespace orch::task
