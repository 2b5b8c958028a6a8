// SPDX-License-Identifier: MIT
#include "store/checkins.h"

#include "store/database.h"

namespace orch::store {

std::int64_t insert_checkin(Store& store, const Checkin& c, std::int64_t now) {
  Statement(store.database(),
            "INSERT INTO checkins(agent_id, slug, note, every_ms, due_at, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(c.agent_id, c.slug, c.note, c.every_ms, c.due_at, now)
      .run();
  return store.database().last_id();
}

namespace {

constexpr char kColumns[] =
    "SELECT id, agent_id, slug, note, every_ms, due_at, state, reason "
    "FROM checkins ";

Checkin read_row(const Statement& s) {
  Checkin c;
  c.id = s.integer(0);
  c.agent_id = s.integer(1);
  c.slug = s.text(2);
  c.note = s.text(3);
  c.every_ms = s.maybe_integer(4);
  c.due_at = s.integer(5);
  c.state = s.text(6);
  c.reason = s.maybe_text(7);
  return c;
}

std::vector<Checkin> read_rows(Statement& s) {
  std::vector<Checkin> out;
  while (s.step()) out.push_back(read_row(s));
  return out;
}

}  // namespace

std::vector<Checkin> list_checkins(Store& store, Checkins which,
                                   std::int64_t agent_id) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE (?1 = 0 OR agent_id = ?1) AND "
                  "(?2 OR state IN ('waiting', 'paused')) ORDER BY due_at, id");
  s.bind(agent_id, which == Checkins::All ? 1 : 0);
  return read_rows(s);
}

std::optional<Checkin> find_checkin(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<Checkin> find_waiting_checkin(Store& store, std::int64_t agent_id,
                                            const std::string& slug) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE agent_id = ? AND slug = ? AND state IN ('waiting', "
                  "'paused')");
  s.bind(agent_id, slug);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

bool cancel_checkin(Store& store, std::int64_t id, const std::string& reason) {
  Statement(store.database(),
            "UPDATE checkins SET state = 'cancelled', reason = ? WHERE id = ? "
            "AND state IN ('waiting', 'paused')")
      .bind(reason, id)
      .run();
  return store.database().changes() > 0;
}

std::vector<Checkin> list_due_checkins(Store& store, std::int64_t now) {
  Statement s(
      store.database(),
      std::string(kColumns) +
          "WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id");
  s.bind(now);
  return read_rows(s);
}

std::int64_t count_overdue_checkins(Store& store, std::int64_t now) {
  Statement s(store.database(),
              "SELECT count(*) FROM checkins WHERE state = 'waiting' "
              "AND due_at <= ?");
  s.bind(now);
  s.step();
  return s.integer(0);
}

void advance_checkin(Store& store, const Checkin& c, std::int64_t now) {
  if (!c.every_ms) {
    Statement(store.database(),
              "UPDATE checkins SET state = 'done', last_at = ? WHERE id = ?")
        .bind(now, c.id)
        .run();
    return;
  }
  // The next multiple in the future: missed ones coalesce into this one.
  const std::int64_t missed = (now - c.due_at) / *c.every_ms;
  Statement(store.database(),
            "UPDATE checkins SET due_at = ?, last_at = ? WHERE id = ?")
      .bind(c.due_at + (missed + 1) * *c.every_ms, now, c.id)
      .run();
}

std::vector<std::string> agents_without_checkin(Store& store) {
  Statement s(store.database(),
              "SELECT a.address FROM agents a JOIN features f "
              "ON f.id = a.feature_id WHERE f.status = 'in-progress' "
              "AND NOT EXISTS (SELECT 1 FROM checkins c "
              "WHERE c.agent_id = a.id AND c.state IN ('waiting', 'paused')) "
              "ORDER BY a.id");
  std::vector<std::string> out;
  while (s.step()) out.push_back(s.text(0));
  return out;
}

}  // namespace orch::store
