// SPDX-License-Identifier: MIT
#include "store/queue.h"

#include "store/database.h"
#include "store/queue_attempts.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, batch_id, spec_path, content_hash, spec_id, status, "
    "enqueued_at, priority, retry_count, time_limit_ms, not_before, "
    "started_at, completed_at, pid, pid_start, options, fresh, held_at, "
    "held_ms, reason FROM queue ";

QueueItem item_of(const Statement& s) {
  return {.id = s.integer(0),
          .batch_id = s.integer(1),
          .spec_path = s.text(2),
          .digest = s.text(3),
          .spec_id = s.text(4),
          .status = s.text(5),
          .enqueued_at = s.integer(6),
          .priority = s.integer(7),
          .retries = s.integer(8),
          .time_limit_ms = s.maybe_integer(9),
          .not_before = s.maybe_integer(10),
          .started_at = s.maybe_integer(11),
          .completed_at = s.maybe_integer(12),
          .pid = s.integer(13),
          .pid_start = s.integer(14),
          .options = s.text(15),
          .fresh = s.integer(16) != 0,
          .held_at = s.maybe_integer(17),
          .held_ms = s.integer(18),
          .reason = s.text(19)};
}

std::vector<QueueItem> items_of(Statement& s) {
  std::vector<QueueItem> out;
  while (s.step()) out.push_back(item_of(s));
  return out;
}

Batch batch_of(const Statement& s) {
  return {.id = s.integer(0),
          .created_at = s.integer(1),
          .ended_at = s.maybe_integer(2)};
}

std::optional<std::int64_t> known(std::int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

}  // namespace

std::int64_t insert_batch(Store& store, std::int64_t now) {
  Statement(store.database(), "INSERT INTO batches(created_at) VALUES (?)")
      .bind(now)
      .run();
  return store.database().last_id();
}

std::int64_t insert_queue_item(Store& store, const QueueItem& item,
                               const std::string& content) {
  Statement(store.database(),
            "INSERT INTO queue(batch_id, spec_path, content_hash, spec_id, "
            "status, enqueued_at, priority, time_limit_ms, options, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(item.batch_id, item.spec_path, item.digest, item.spec_id,
            item.status, item.enqueued_at, item.priority, item.time_limit_ms,
            item.options, content)
      .run();
  return store.database().last_id();
}

std::optional<QueueItem> find_queued(Store& store, const std::string& digest) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE content_hash = ? AND status IN "
                  "('queued', 'running', 'paused', 'retrying')");
  s.bind(digest);
  if (!s.step()) return std::nullopt;
  return item_of(s);
}

std::optional<QueueItem> find_queue_item(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return item_of(s);
}

std::string find_queue_content(Store& store, std::int64_t id) {
  Statement s(store.database(), "SELECT content FROM queue WHERE id = ?");
  s.bind(id);
  return s.step() ? s.text(0) : std::string();
}

std::vector<QueueItem> list_queue(Store& store) {
  Statement s(store.database(), std::string(kColumns) + "ORDER BY id");
  return items_of(s);
}

std::vector<QueueItem> list_active_queue(Store& store) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE status IN ('queued', 'running', 'paused', "
                  "'retrying') ORDER BY id");
  return items_of(s);
}

std::vector<Batch> list_batches(Store& store) {
  Statement s(store.database(),
              "SELECT id, created_at, ended_at FROM batches ORDER BY id");
  std::vector<Batch> out;
  while (s.step()) out.push_back(batch_of(s));
  return out;
}

std::optional<Batch> find_batch(Store& store, std::int64_t id) {
  Statement s(store.database(),
              "SELECT id, created_at, ended_at FROM batches WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return batch_of(s);
}

void update_queue_item(Store& store, const QueueItem& item) {
  Statement(store.database(),
            "UPDATE queue SET spec_id = ?, status = ?, completed_at = ?, "
            "priority = ?, retry_count = ?, time_limit_ms = ?, "
            "not_before = ?, started_at = ?, pid = ?, pid_start = ?, "
            "fresh = ?, held_at = ?, held_ms = ?, reason = ? WHERE id = ?")
      .bind(item.spec_id, item.status, item.completed_at, item.priority,
            item.retries, item.time_limit_ms, item.not_before, item.started_at,
            known(item.pid), known(item.pid_start), item.fresh ? 1 : 0,
            item.held_at, item.held_ms, item.reason, item.id)
      .run();
}

void delete_queue_item(Store& store, std::int64_t id) {
  for (const char* sql : {"DELETE FROM queue_attempts WHERE item_id = ?",
                          "DELETE FROM queue WHERE id = ?"})
    Statement(store.database(), sql).bind(id).run();
}

void begin_queue_item(Store& store, std::int64_t id, const std::string& spec_id,
                      std::int64_t now) {
  auto item = find_queue_item(store, id);
  if (!item) return;
  item->status = "running";
  item->spec_id = spec_id;
  item->started_at = now;
  item->completed_at.reset();
  item->not_before.reset();
  item->held_at.reset();
  item->held_ms = 0;
  item->fresh = false;
  item->reason.clear();
  update_queue_item(store, *item);
  QueueAttempt attempt = begin_attempt(store, *item, now);
  attempt.launches = 1;
  attempt.launched_at = now;
  update_attempt(store, attempt);
}

}  // namespace orch::store
