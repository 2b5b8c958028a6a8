// SPDX-License-Identifier: MIT
#include "store/notices.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kNotices[] =
    "SELECT id, key, kind, severity, needs_human, spec_id, agent, text, "
    "detail, created_at, escalated_at, ended_at, answer FROM notices ";

std::vector<Notice> notices_of(Statement& s) {
  std::vector<Notice> out;
  while (s.step())
    out.push_back({.id = s.integer(0),
                   .key = s.text(1),
                   .kind = s.text(2),
                   .severity = s.text(3),
                   .needs_human = s.integer(4) != 0,
                   .spec_id = s.text(5),
                   .agent = s.text(6),
                   .text = s.text(7),
                   .detail = s.text(8),
                   .created_at = s.integer(9),
                   .escalated_at = s.maybe_integer(10),
                   .ended_at = s.maybe_integer(11),
                   .answer = s.maybe_text(12)});
  return out;
}

constexpr char kDeliveries[] =
    "SELECT id, notice_id, sink, step, status, attempts, not_before, pid, "
    "pid_start, reason, created_at, ended_at FROM notice_deliveries ";

std::vector<Delivery> deliveries_of(Statement& s) {
  std::vector<Delivery> out;
  while (s.step())
    out.push_back({.id = s.integer(0),
                   .notice_id = s.integer(1),
                   .sink = s.text(2),
                   .step = static_cast<int>(s.integer(3)),
                   .status = s.text(4),
                   .attempts = s.integer(5),
                   .not_before = s.integer(6),
                   .pid = s.integer(7),
                   .pid_start = s.integer(8),
                   .reason = s.text(9),
                   .created_at = s.integer(10),
                   .ended_at = s.maybe_integer(11)});
  return out;
}

std::optional<std::int64_t> known(std::int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::vector<Notice> list_open_notices(Store& store) {
  Statement s(store.database(),
              std::string(kNotices) + "WHERE ended_at IS NULL ORDER BY id");
  return notices_of(s);
}

std::vector<Notice> list_ended_notices(Store& store, std::size_t limit) {
  Statement s(store.database(), std::string(kNotices) +
                                    "WHERE ended_at IS NOT NULL "
                                    "ORDER BY id DESC LIMIT ?");
  s.bind(static_cast<std::int64_t>(limit));
  return notices_of(s);
}

std::optional<Notice> find_notice(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kNotices) + "WHERE id = ?");
  s.bind(id);
  auto found = notices_of(s);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

bool was_noticed_answered(Store& store, const std::string& key) {
  Statement s(store.database(),
              "SELECT 1 FROM notices WHERE key = ? AND answer IS NOT NULL");
  s.bind(key);
  return s.step();
}

bool was_noticed_since(Store& store, const std::string& key,
                       std::int64_t since) {
  Statement s(store.database(),
              "SELECT 1 FROM notices WHERE key = ? AND created_at > ?");
  s.bind(key, since);
  return s.step();
}

std::int64_t insert_notice(Store& store, const Notice& n) {
  Statement(store.database(),
            "INSERT INTO notices(key, kind, severity, needs_human, spec_id, "
            "agent, text, detail, created_at, ended_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(n.key, n.kind, n.severity, n.needs_human ? 1 : 0, if_any(n.spec_id),
            if_any(n.agent), n.text, n.detail, n.created_at, n.ended_at)
      .run();
  return store.database().last_id();
}

bool end_notice(Store& store, std::int64_t id, std::int64_t at,
                const std::optional<std::string>& answer) {
  Statement(store.database(),
            "UPDATE notices SET ended_at = ?, answer = ? "
            "WHERE id = ? AND ended_at IS NULL")
      .bind(at, answer, id)
      .run();
  if (store.database().changes() != 1) return false;
  Statement(store.database(),
            "UPDATE notice_deliveries SET status = 'dropped', ended_at = ?, "
            "reason = 'it is over' WHERE notice_id = ? "
            "AND status = 'waiting'")
      .bind(at, id)
      .run();
  return true;
}

void mark_notice_escalated(Store& store, std::int64_t id, std::int64_t at) {
  Statement(store.database(),
            "UPDATE notices SET escalated_at = ? WHERE id = ?")
      .bind(at, id)
      .run();
}

void prune_notices(Store& store, std::int64_t before) {
  constexpr char kOld[] =
      "SELECT id FROM notices WHERE ended_at < ?1 AND answer IS NULL "
      "AND NOT EXISTS (SELECT 1 FROM notice_deliveries d WHERE "
      "d.notice_id = notices.id AND d.status IN ('waiting', 'sending'))";
  Statement(store.database(),
            "DELETE FROM notice_deliveries WHERE notice_id IN (" +
                std::string(kOld) + ")")
      .bind(before)
      .run();
  Statement(store.database(),
            "DELETE FROM notices WHERE id IN (" + std::string(kOld) + ")")
      .bind(before)
      .run();
}

void insert_delivery(Store& store, const Delivery& d) {
  Statement(store.database(),
            "INSERT OR IGNORE INTO notice_deliveries(notice_id, sink, step, "
            "not_before, reason, created_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(d.notice_id, d.sink, d.step, d.not_before, if_any(d.reason),
            d.created_at)
      .run();
}

void update_delivery(Store& store, const Delivery& d) {
  Statement(store.database(),
            "UPDATE notice_deliveries SET status = ?, attempts = ?, "
            "not_before = ?, pid = ?, pid_start = ?, reason = ?, ended_at = ? "
            "WHERE id = ?")
      .bind(d.status, d.attempts, d.not_before, known(d.pid),
            known(d.pid_start), if_any(d.reason), d.ended_at, d.id)
      .run();
}

std::vector<Delivery> list_due_deliveries(Store& store, std::int64_t now,
                                          std::size_t limit) {
  Statement s(store.database(),
              std::string(kDeliveries) +
                  "WHERE status = 'sending' OR (status = 'waiting' "
                  "AND not_before <= ?) ORDER BY id LIMIT ?");
  s.bind(now, static_cast<std::int64_t>(limit));
  return deliveries_of(s);
}

std::vector<Delivery> list_deliveries_of(Store& store, std::int64_t notice_id) {
  Statement s(store.database(),
              std::string(kDeliveries) + "WHERE notice_id = ? ORDER BY id");
  s.bind(notice_id);
  return deliveries_of(s);
}

std::vector<Delivery> list_failed_deliveries(Store& store, std::size_t limit) {
  Statement s(store.database(), std::string(kDeliveries) +
                                    "WHERE status = 'failed' "
                                    "ORDER BY id DESC LIMIT ?");
  s.bind(static_cast<std::int64_t>(limit));
  return deliveries_of(s);
}

std::optional<std::int64_t> next_delivery_at(Store& store) {
  Statement s(store.database(),
              "SELECT min(not_before) FROM notice_deliveries "
              "WHERE status IN ('waiting', 'sending')");
  return s.step() ? s.maybe_integer(0) : std::nullopt;
}

std::int64_t count_sent_since(Store& store, const std::string& sink,
                              std::int64_t since) {
  Statement s(store.database(),
              "SELECT count(DISTINCT coalesce(reason, 'one ' || id)) "
              "FROM notice_deliveries WHERE sink = ? AND status = 'sent' "
              "AND ended_at > ?");
  s.bind(sink, since);
  s.step();
  return s.integer(0);
}

Outbox count_outbox(Store& store) {
  // Each by its own index: what was sent is not looked at.
  Statement s(store.database(),
              "SELECT coalesce(sum(status = 'waiting'), 0), "
              "coalesce(sum(status = 'sending'), 0), (SELECT count(*) "
              "FROM notice_deliveries WHERE status = 'failed') "
              "FROM notice_deliveries WHERE status IN ('waiting', 'sending')");
  s.step();
  return {
      .waiting = s.integer(0), .sending = s.integer(1), .failed = s.integer(2)};
}

std::int64_t last_event_id(Store& store) {
  Statement s(store.database(),
              "SELECT id FROM task_events ORDER BY id DESC LIMIT 1");
  return s.step() ? s.integer(0) : 0;
}

}  // namespace orch::store
