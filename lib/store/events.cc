// SPDX-License-Identifier: MIT
#include "store/events.h"

#include "clock/clock.h"
#include "json/value.h"
#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT e.id, e.event_id, e.spec_id, e.role, e.event_type, e.message, "
    "e.task_id, e.commit_hash, "
    "CASE WHEN m.old_commit IS NULL THEN e.commit_hash ELSE m.new_commit "
    "END, e.metadata, e.created_at "
    "FROM task_events e LEFT JOIN commit_map m "
    "ON m.old_commit = e.commit_hash ";

std::vector<Event> events_of(Statement& s) {
  std::vector<Event> events;
  while (s.step()) {
    Event e;
    e.id = s.integer(0);
    e.event_id = s.text(1);
    e.spec_id = s.maybe_text(2);
    e.role = s.maybe_text(3);
    e.type = s.text(4);
    e.message = s.text(5);
    e.task_id = s.maybe_text(6);
    e.recorded_commit = s.maybe_text(7);
    e.commit = s.maybe_text(8);
    e.metadata = s.text(9);
    e.at = s.integer(10);
    events.push_back(std::move(e));
  }
  return events;
}

}  // namespace

std::vector<Event> list_events(Store& store, const EventQuery& query) {
  std::string sql = std::string(kColumns) + "WHERE e.id > ?1 ";
  // Two statements rather than one with OR: each has its own index.
  if (query.spec_id) sql += "AND e.spec_id = ?3 ";
  if (query.role) sql += "AND e.role = ?4 ";
  if (query.since) sql += "AND e.created_at >= ?5 ";
  // One type has an index by itself.
  if (query.types.size() == 1) sql += "AND e.event_type = ?6 ";
  if (query.types.size() > 1)
    sql += "AND e.event_type IN (SELECT value FROM json_each(?6)) ";
  sql += query.oldest_first ? "ORDER BY e.id LIMIT ?2"
                            : "ORDER BY e.id DESC LIMIT ?2";
  Statement s(store.database(), sql);
  if (!query.types.empty())
    s.bind(query.after_id, query.limit, query.spec_id, query.role, query.since,
           query.types.size() == 1 ? query.types.front()
                                   : json::to_text(json::Value(query.types)));
  else if (query.since)
    s.bind(query.after_id, query.limit, query.spec_id, query.role, query.since);
  else if (query.role)
    s.bind(query.after_id, query.limit, query.spec_id, query.role);
  else if (query.spec_id)
    s.bind(query.after_id, query.limit, query.spec_id);
  else
    s.bind(query.after_id, query.limit);
  return events_of(s);
}

std::map<std::string, Event> list_last_reports(Store& store,
                                               const std::string& spec_id,
                                               bool any) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE e.id IN (SELECT max(id) FROM task_events "
                  "WHERE event_type IN ('report_ready', 'report_done', "
                  "'report_blocked', 'report_failed', ?2) AND spec_id = ?1 "
                  "GROUP BY role)");
  s.bind(spec_id, any ? "report_progress" : "report_ready");
  std::map<std::string, Event> out;
  for (Event& e : events_of(s)) {
    std::string role = e.role.value_or("");
    out.emplace(std::move(role), std::move(e));
  }
  return out;
}

std::vector<Event> list_commit_events(Store& store,
                                      const std::string& spec_id) {
  Statement s(store.database(), std::string(kColumns) +
                                    "WHERE e.spec_id = ? "
                                    "AND e.metadata IN (?, ?) ORDER BY e.id");
  s.bind(spec_id, kFromCommit, kFoundLate);
  return events_of(s);
}

std::optional<std::string> find_commit_role(Store& store,
                                            const std::string& commit) {
  Statement s(store.database(),
              "SELECT role FROM task_events WHERE commit_hash = ?1 "
              "AND metadata IN (?2, ?3) "
              "UNION ALL SELECT e.role FROM commit_map m JOIN task_events e "
              "ON e.commit_hash = m.old_commit WHERE m.new_commit = ?1 "
              "AND e.metadata IN (?2, ?3) LIMIT 1");
  s.bind(commit, kFromCommit, kFoundLate);
  if (!s.step()) return std::nullopt;
  return s.maybe_text(0);
}

bool insert_event(Store& store, const Event& e) {
  const std::string id =
      e.event_id.empty() ? clock::random_bytes(16) : e.event_id;
  Statement(store.database(),
            "INSERT OR IGNORE INTO task_events(event_id, spec_id, role, "
            "event_type, task_id, commit_hash, message, metadata, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(Blob{id}, e.spec_id, e.role, e.type, e.task_id, e.recorded_commit,
            e.message, e.metadata, e.at)
      .run();
  return store.database().changes() > 0;
}

bool is_of_commit(const Event& e) {
  return e.recorded_commit &&
         (e.metadata == kFromCommit || e.metadata == kFoundLate);
}

bool has_commit_event(Store& store, const std::string& commit) {
  Statement s(store.database(),
              "SELECT 1 FROM task_events WHERE commit_hash = ?1 "
              "AND metadata IN (?2, ?3) "
              "UNION ALL SELECT 1 FROM commit_map m JOIN task_events e "
              "ON e.commit_hash = m.old_commit WHERE m.new_commit = ?1 "
              "AND e.metadata IN (?2, ?3) LIMIT 1");
  s.bind(commit, kFromCommit, kFoundLate);
  return s.step();
}

void map_commit(Store& store, const std::string& old_commit,
                const std::optional<std::string>& new_commit, std::int64_t at) {
  // A rewrite that comes back to an earlier id ends the chain there.
  if (new_commit)
    Statement(store.database(), "DELETE FROM commit_map WHERE old_commit = ?")
        .bind(*new_commit)
        .run();
  if (new_commit == old_commit) return;
  Statement(store.database(),
            "UPDATE commit_map SET new_commit = ? WHERE new_commit = ?")
      .bind(new_commit, old_commit)
      .run();
  Statement(store.database(),
            "INSERT INTO commit_map(old_commit, new_commit, created_at) "
            "VALUES (?, ?, ?) ON CONFLICT(old_commit) DO UPDATE "
            "SET new_commit = excluded.new_commit")
      .bind(old_commit, new_commit, at)
      .run();
}

std::optional<std::string> find_rewrite(Store& store,
                                        const std::string& commit) {
  Statement s(store.database(),
              "SELECT new_commit FROM commit_map WHERE old_commit = ?");
  s.bind(commit);
  if (!s.step()) return std::nullopt;
  return s.text(0);
}

void unmap_commit(Store& store, const std::string& commit) {
  Statement(store.database(), "DELETE FROM commit_map WHERE old_commit = ?")
      .bind(commit)
      .run();
}

bool mark_folded(Store& store, const std::string& event_id, std::int64_t at) {
  Statement(store.database(),
            "INSERT OR IGNORE INTO folded(event_id, at) VALUES (?, ?)")
      .bind(Blob{event_id}, at)
      .run();
  return store.database().changes() > 0;
}

}  // namespace orch::store
