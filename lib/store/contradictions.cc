// SPDX-License-Identifier: MIT
#include "store/contradictions.h"

#include "store/database.h"
#include "store/events.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT c.id, c.feature_id, f.spec_id, c.topic, c.status, c.created_at, "
    "c.resolved_at, (SELECT e.message FROM task_events e "
    " WHERE e.event_type = 'contradiction_resolved' "
    " AND e.metadata = '{\"contradiction\":' || c.id || '}'), "
    "x.id, x.role, substr(x.event_type, 8), x.message, x.created_at, "
    "y.id, y.role, substr(y.event_type, 8), y.message, y.created_at "
    "FROM contradictions c JOIN features f ON f.id = c.feature_id "
    "JOIN task_events x ON x.id = c.first_event "
    "JOIN task_events y ON y.id = c.second_event ";

Quote quote_of(const Statement& s, int first) {
  return {s.integer(first), s.text(first + 1), s.text(first + 2),
          s.text(first + 3), s.integer(first + 4)};
}

Contradiction contradiction_of(const Statement& s) {
  Contradiction c;
  c.id = s.integer(0);
  c.feature_id = s.integer(1);
  c.spec_id = s.text(2);
  c.topic = s.text(3);
  c.status = s.text(4);
  c.created_at = s.integer(5);
  c.resolved_at = s.maybe_integer(6);
  c.notes = s.maybe_text(7);
  c.first = quote_of(s, 8);
  c.second = quote_of(s, 13);
  return c;
}

void log_event(Store& store, const Contradiction& c, const std::string& role,
               const char* type, const std::string& message, std::int64_t at) {
  Event e;
  e.spec_id = c.spec_id;
  e.role = role;
  e.type = type;
  e.message = message;
  e.metadata = "{\"contradiction\":" + std::to_string(c.id) + "}";
  e.at = at;
  insert_event(store, e);
}

}  // namespace

std::vector<Quote> list_newest_reports(Store& store, const std::string& spec_id,
                                       const std::string& topic) {
  // Metadata of imported events may be anything.
  Statement s(store.database(),
              "SELECT max(id), role, substr(event_type, 8), message, "
              "created_at FROM task_events WHERE spec_id = ?1 "
              "AND event_type IN ('report_progress', 'report_done', "
              "'report_blocked', 'report_failed', 'report_ready') "
              "AND coalesce(CASE WHEN json_valid(metadata) "
              "THEN json_extract(metadata, '$.topic') END, task_id) = ?2 "
              "GROUP BY role ORDER BY 1");
  s.bind(spec_id, topic);
  std::vector<Quote> out;
  while (s.step()) out.push_back(quote_of(s, 0));
  return out;
}

std::int64_t open_contradiction(Store& store, std::int64_t feature_id,
                                const std::string& topic, const Quote& first,
                                const Quote& second, std::int64_t at) {
  Statement(store.database(),
            "INSERT INTO contradictions(feature_id, topic, first_event, "
            "second_event, created_at) VALUES (?, ?, ?, ?, ?)")
      .bind(feature_id, topic, first.event, second.event, at)
      .run();
  const std::int64_t id = store.database().last_id();
  log_event(store, find_contradiction(store, id).value(), second.role,
            "contradiction_opened", topic, at);
  return id;
}

bool resolve_contradiction(Store& store, std::int64_t id,
                           const std::string& notes, const std::string& by,
                           std::int64_t at) {
  const auto c = find_contradiction(store, id);
  if (!c || c->status != "open") return false;
  Statement(store.database(),
            "UPDATE contradictions SET status = 'resolved', resolved_at = ? "
            "WHERE id = ?")
      .bind(at, id)
      .run();
  log_event(store, *c, by, "contradiction_resolved", notes, at);
  return true;
}

std::optional<Contradiction> find_contradiction(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE c.id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return contradiction_of(s);
}

std::vector<Contradiction> list_contradictions(Store& store,
                                               std::int64_t feature_id,
                                               Contradictions which) {
  Statement s(store.database(), std::string(kColumns) +
                                    "WHERE (?1 = 0 OR c.feature_id = ?1) "
                                    "AND (?2 OR c.status = 'open') "
                                    "ORDER BY c.id");
  s.bind(feature_id, which == Contradictions::All ? 1 : 0);
  std::vector<Contradiction> out;
  while (s.step()) out.push_back(contradiction_of(s));
  return out;
}

}  // namespace orch::store
