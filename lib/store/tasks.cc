// SPDX-License-Identifier: MIT
#include "store/tasks.h"

#include <map>
#include <set>

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, feature_id, task_id, title, status, owner, commit_hash, said, "
    "said_at, said_before, reason, section, parent, updated_at FROM tasks "
    "WHERE feature_id = ?1 ";

Task task_of(const Statement& s) {
  Task t;
  t.id = s.integer(0);
  t.feature_id = s.integer(1);
  t.task_id = s.text(2);
  t.title = s.text(3);
  t.status = s.text(4);
  t.owner = s.maybe_text(5);
  t.commit = s.maybe_text(6);
  t.said = s.maybe_text(7);
  t.said_at = s.integer(8);
  t.said_before = s.maybe_text(9);
  t.reason = s.maybe_text(10);
  t.section = s.text(11);
  t.parent = s.text(12);
  t.updated_at = s.integer(13);
  return t;
}

// Current reverts: who reverts what, both as they are now.
std::multimap<std::string, std::string> current_reverts(Store& store) {
  Statement s(store.database(),
              "SELECT r.commit_hash, CASE WHEN m.old_commit IS NULL "
              "THEN r.reverted ELSE m.new_commit END FROM commit_reverts r "
              "LEFT JOIN commit_map m ON m.old_commit = r.reverted "
              "WHERE r.commit_hash NOT IN (SELECT old_commit FROM commit_map)");
  std::multimap<std::string, std::string> by_target;
  while (s.step())
    if (!s.is_null(1)) by_target.emplace(s.text(1), s.text(0));
  return by_target;
}

// The commits that a revert which itself counts has undone.
class Undone {
 public:
  explicit Undone(Store& store) : by_target_(current_reverts(store)) {}

  bool contains(const std::string& commit) {
    if (const auto known = answers_.find(commit); known != answers_.end())
      return known->second;
    answers_[commit] = false;  // ends a chain that damaged rows tie in a ring
    bool undone = false;
    const auto [begin, end] = by_target_.equal_range(commit);
    for (auto it = begin; it != end && !undone; ++it)
      undone = !contains(it->second);
    return answers_[commit] = undone;
  }

 private:
  std::multimap<std::string, std::string> by_target_;
  std::map<std::string, bool> answers_;
};

}  // namespace

std::vector<Task> list_tasks(Store& store, std::int64_t feature_id) {
  Statement s(store.database(), std::string(kColumns) + "ORDER BY id");
  s.bind(feature_id);
  std::vector<Task> out;
  std::map<std::string, std::size_t> by_id;
  while (s.step()) {
    out.push_back(task_of(s));
    by_id[out.back().task_id] = out.size() - 1;
  }
  Statement d(store.database(),
              "SELECT task_id, depends_on FROM task_dependencies "
              "WHERE feature_id = ? ORDER BY depends_on");
  d.bind(feature_id);
  while (d.step()) out[by_id.at(d.text(0))].depends_on.push_back(d.text(1));
  return out;
}

std::optional<Task> find_task(Store& store, std::int64_t feature_id,
                              const std::string& task_id) {
  Statement s(store.database(), std::string(kColumns) + "AND task_id = ?2");
  s.bind(feature_id, task_id);
  if (!s.step()) return std::nullopt;
  Task task = task_of(s);
  Statement d(store.database(),
              "SELECT depends_on FROM task_dependencies "
              "WHERE feature_id = ? AND task_id = ? ORDER BY 1");
  d.bind(feature_id, task_id);
  while (d.step()) task.depends_on.push_back(d.text(0));
  return task;
}

std::int64_t insert_task(Store& store, const Task& t) {
  Statement(store.database(),
            "INSERT INTO tasks(feature_id, task_id, title, status, owner, "
            "commit_hash, said, said_at, said_before, reason, section, parent, "
            "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(t.feature_id, t.task_id, t.title, t.status, t.owner, t.commit,
            t.said, t.said_at, t.said_before, t.reason, t.section, t.parent,
            t.updated_at)
      .run();
  return store.database().last_id();
}

void update_task(Store& store, const Task& t) {
  Statement(store.database(),
            "UPDATE tasks SET title = ?, status = ?, owner = ?, "
            "commit_hash = ?, said = ?, said_at = ?, said_before = ?, "
            "reason = ?, section = ?, parent = ?, updated_at = ? WHERE id = ?")
      .bind(t.title, t.status, t.owner, t.commit, t.said, t.said_at,
            t.said_before, t.reason, t.section, t.parent, t.updated_at, t.id)
      .run();
}

void insert_dependency(Store& store, std::int64_t feature_id,
                       const std::string& task_id,
                       const std::string& depends_on) {
  Statement(store.database(),
            "INSERT INTO task_dependencies(feature_id, task_id, depends_on) "
            "VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .bind(feature_id, task_id, depends_on)
      .run();
}

void remove_dependency(Store& store, std::int64_t feature_id,
                       const std::string& task_id,
                       const std::string& depends_on) {
  Statement(store.database(),
            "DELETE FROM task_dependencies "
            "WHERE feature_id = ? AND task_id = ? AND depends_on = ?")
      .bind(feature_id, task_id, depends_on)
      .run();
}

void insert_task_commit(Store& store, std::int64_t feature_id,
                        const std::string& task_id, const std::string& commit,
                        bool completes, std::int64_t at) {
  // A rewritten commit keeps the time of the one that it was.
  Statement(store.database(),
            "INSERT INTO task_commits(feature_id, task_id, commit_hash, "
            "completes, at) VALUES (?1, ?2, ?3, ?4, coalesce((SELECT min(t.at) "
            "FROM commit_map m JOIN task_commits t "
            "ON t.commit_hash = m.old_commit WHERE m.new_commit = ?3 "
            "AND t.feature_id = ?1 AND t.task_id = ?2 AND t.completes = ?4), "
            "?5)) ON CONFLICT DO NOTHING")
      .bind(feature_id, task_id, commit, completes ? 1 : 0, at)
      .run();
}

void insert_revert(Store& store, const std::string& commit,
                   const std::string& reverted) {
  Statement(store.database(),
            "INSERT INTO commit_reverts(commit_hash, reverted) VALUES (?, ?) "
            "ON CONFLICT DO NOTHING")
      .bind(commit, reverted)
      .run();
}

std::vector<Evidence> list_evidence(Store& store, std::int64_t feature_id) {
  Undone undone(store);
  Statement s(store.database(),
              "SELECT task_id, commit_hash, completes, at FROM task_commits "
              "WHERE feature_id = ? AND commit_hash NOT IN "
              "(SELECT old_commit FROM commit_map) ORDER BY at, commit_hash");
  s.bind(feature_id);
  std::vector<Evidence> out;
  while (s.step())
    if (!undone.contains(s.text(1)))
      out.push_back({s.text(0), s.text(1), s.integer(2) != 0, s.integer(3)});
  return out;
}

std::vector<std::int64_t> features_named_by(Store& store,
                                            const std::string& commit) {
  Statement s(store.database(),
              "SELECT feature_id FROM task_commits WHERE commit_hash = ?1 "
              "UNION SELECT t.feature_id FROM commit_map m JOIN task_commits t "
              "ON t.commit_hash = m.old_commit WHERE m.new_commit = ?1");
  s.bind(commit);
  std::vector<std::int64_t> out;
  while (s.step()) out.push_back(s.integer(0));
  return out;
}

}  // namespace orch::store
