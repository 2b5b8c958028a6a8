// SPDX-License-Identifier: MIT
#include "store/queue_attempts.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, item_id, attempt, spec_id, fresh, after_event, started_at, "
    "launches, launched_at, ended_at, outcome, evidence, advice "
    "FROM queue_attempts WHERE item_id = ? ORDER BY attempt";

QueueAttempt attempt_of(const Statement& s) {
  return {.id = s.integer(0),
          .item_id = s.integer(1),
          .number = s.integer(2),
          .spec_id = s.text(3),
          .fresh = s.integer(4) != 0,
          .after_event = s.integer(5),
          .started_at = s.integer(6),
          .launches = s.integer(7),
          .launched_at = s.maybe_integer(8),
          .ended_at = s.maybe_integer(9),
          .outcome = s.text(10),
          .evidence = s.text(11),
          .advice = s.text(12)};
}

std::optional<std::string> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::int64_t last_event(Store& store) {
  Statement s(store.database(), "SELECT coalesce(max(id), 0) FROM task_events");
  s.step();
  return s.integer(0);
}

}  // namespace

std::vector<QueueAttempt> list_attempts(Store& store, std::int64_t item_id) {
  Statement s(store.database(), kColumns);
  s.bind(item_id);
  std::vector<QueueAttempt> out;
  while (s.step()) out.push_back(attempt_of(s));
  return out;
}

std::optional<QueueAttempt> find_attempt(Store& store, std::int64_t item_id) {
  Statement s(store.database(), std::string(kColumns) + " DESC LIMIT 1");
  s.bind(item_id);
  if (!s.step()) return std::nullopt;
  return attempt_of(s);
}

QueueAttempt begin_attempt(Store& store, const QueueItem& item,
                           std::int64_t now) {
  const auto before = find_attempt(store, item.id);
  QueueAttempt a{.item_id = item.id,
                 .number = before ? before->number + 1 : 1,
                 .spec_id = item.fresh ? "" : item.spec_id,
                 .fresh = item.fresh,
                 .after_event = last_event(store),
                 .started_at = now};
  Statement(store.database(),
            "INSERT INTO queue_attempts(item_id, attempt, spec_id, fresh, "
            "after_event, started_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(a.item_id, a.number, known(a.spec_id), a.fresh ? 1 : 0,
            a.after_event, a.started_at)
      .run();
  a.id = store.database().last_id();
  return a;
}

void update_attempt(Store& store, const QueueAttempt& a) {
  Statement(store.database(),
            "UPDATE queue_attempts SET spec_id = ?, launches = ?, "
            "launched_at = ?, ended_at = ?, outcome = ?, evidence = ?, "
            "advice = ? WHERE id = ?")
      .bind(known(a.spec_id), a.launches, a.launched_at, a.ended_at,
            known(a.outcome), known(a.evidence), known(a.advice), a.id)
      .run();
}

std::optional<std::string> find_event_after(Store& store,
                                            const std::string& spec_id,
                                            const std::string& role,
                                            const std::string& type,
                                            std::int64_t after_event) {
  Statement s(store.database(),
              "SELECT message FROM task_events WHERE spec_id = ? AND role = ? "
              "AND event_type = ? AND id > ? ORDER BY id LIMIT 1");
  s.bind(spec_id, role, type, after_event);
  if (!s.step()) return std::nullopt;
  return s.text(0);
}

std::optional<std::int64_t> feature_limit_end(Store& store,
                                              std::int64_t feature_id) {
  Statement s(store.database(),
              "SELECT min(l.resets_at) FROM limits l JOIN agents a ON a.id = "
              "l.agent_id WHERE a.feature_id = ? AND l.ended_at IS NULL");
  s.bind(feature_id);
  if (!s.step()) return std::nullopt;
  return s.maybe_integer(0);
}

}  // namespace orch::store
