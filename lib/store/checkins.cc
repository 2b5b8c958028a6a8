// SPDX-License-Identifier: MIT
#include "store/checkins.h"

#include "store/database.h"

namespace orch::store {

std::int64_t insert_checkin(Store& store, const Checkin& c, std::int64_t now) {
  Statement(store.database(),
            "INSERT INTO checkins(agent_id, slug, note, every_ms, schedule, "
            "due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(c.agent_id, c.slug, c.note, c.every_ms, c.schedule, c.due_at, now)
      .run();
  return store.database().last_id();
}

namespace {

constexpr char kColumns[] =
    "SELECT c.id, c.agent_id, c.slug, c.note, c.every_ms, c.schedule, "
    "c.due_at, c.state, c.reason, c.failures, c.last_at, c.message_id, "
    "m.level, m.read_at IS NOT NULL FROM checkins c "
    "LEFT JOIN messages m ON m.id = c.message_id ";

Checkin read_row(const Statement& s) {
  Checkin c;
  c.id = s.integer(0);
  c.agent_id = s.integer(1);
  c.slug = s.text(2);
  c.note = s.text(3);
  c.every_ms = s.maybe_integer(4);
  c.schedule = s.maybe_text(5);
  c.due_at = s.integer(6);
  c.state = s.text(7);
  c.reason = s.maybe_text(8);
  c.failures = s.integer(9);
  c.last_at = s.maybe_integer(10);
  c.message_id = s.maybe_integer(11);
  c.message_level = s.text(12);
  c.message_read = s.integer(13) != 0;
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
                  "WHERE (?1 = 0 OR c.agent_id = ?1) AND (?2 OR c.state IN "
                  "('waiting', 'paused')) ORDER BY c.due_at, c.id");
  s.bind(agent_id, which == Checkins::All ? 1 : 0);
  return read_rows(s);
}

std::optional<Checkin> find_checkin(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE c.id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<Checkin> find_waiting_checkin(Store& store, std::int64_t agent_id,
                                            const std::string& slug) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE c.agent_id = ? AND c.slug = ? AND c.state IN "
                  "('waiting', 'paused')");
  s.bind(agent_id, slug);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<std::int64_t> find_last_message(Store& store,
                                              std::int64_t agent_id,
                                              const std::string& slug) {
  Statement s(store.database(),
              "SELECT max(message_id) FROM checkins WHERE agent_id = ? AND "
              "slug = ?");
  s.bind(agent_id, slug);
  if (!s.step()) return std::nullopt;
  return s.maybe_integer(0);
}

namespace {

bool end_checkin(Store& store, std::int64_t id, const char* state,
                 const std::string& reason) {
  Statement(store.database(),
            "UPDATE checkins SET state = ?, reason = ? WHERE id = ? "
            "AND state IN ('waiting', 'paused')")
      .bind(state, reason, id)
      .run();
  return store.database().changes() > 0;
}

}  // namespace

bool cancel_checkin(Store& store, std::int64_t id, const std::string& reason) {
  return end_checkin(store, id, "cancelled", reason);
}

void fail_checkin(Store& store, std::int64_t id, const std::string& reason) {
  end_checkin(store, id, "failed", reason);
}

std::int64_t failures_of(const Checkin& c) {
  if (c.message_read) return 0;
  const bool ended =
      c.message_level == "failed" || c.message_level == "expired";
  return c.failures + (ended ? 1 : 0);
}

std::vector<Checkin> list_due_checkins(Store& store, std::int64_t now) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE c.state = 'waiting' AND c.due_at <= ? "
                  "ORDER BY c.due_at, c.id");
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

std::vector<Checkin> list_far_checkins(Store& store, std::int64_t now,
                                       std::int64_t slack) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE c.state = 'waiting' AND c.due_at > ?1 AND "
                  "(c.schedule IS NOT NULL OR c.due_at - ?2 - c.every_ms > ?1) "
                  "ORDER BY c.id");
  s.bind(now, slack);
  return read_rows(s);
}

std::vector<Checkin> list_failing_checkins(Store& store,
                                           std::int64_t failures) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE c.state = 'waiting' AND m.read_at IS NULL AND "
                  "m.level IN ('failed', 'expired') AND c.failures + 1 >= ? "
                  "ORDER BY c.id");
  s.bind(failures);
  return read_rows(s);
}

void advance_checkin(Store& store, const Checkin& c, std::int64_t message_id,
                     std::optional<std::int64_t> next, std::int64_t now) {
  Statement(store.database(),
            "UPDATE checkins SET due_at = coalesce(?1, due_at), "
            "state = iif(?1 IS NULL, 'done', state), reason = NULL, "
            "failures = ?2, last_at = ?3, message_id = ?4 WHERE id = ?5")
      .bind(next, failures_of(c), now, message_id, c.id)
      .run();
}

void move_checkin(Store& store, std::int64_t id, std::int64_t due_at,
                  const std::optional<std::string>& reason) {
  Statement(store.database(),
            "UPDATE checkins SET due_at = ?, reason = ? WHERE id = ?")
      .bind(due_at, reason, id)
      .run();
}

std::optional<std::int64_t> find_limit_end(Store& store,
                                           std::int64_t agent_id) {
  Statement s(store.database(),
              "SELECT coalesce(wakes_at, resets_at) FROM limits "
              "WHERE agent_id = ? AND ended_at IS NULL");
  s.bind(agent_id);
  if (!s.step()) return std::nullopt;
  return s.integer(0);
}

std::map<std::int64_t, std::int64_t> last_checkins(Store& store) {
  Statement s(store.database(),
              "SELECT c.agent_id, max(m.sent_at) FROM checkins c "
              "JOIN messages m ON m.id = c.message_id GROUP BY c.agent_id");
  std::map<std::int64_t, std::int64_t> out;
  while (s.step()) out[s.integer(0)] = s.integer(1);
  return out;
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
