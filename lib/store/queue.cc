// SPDX-License-Identifier: MIT
#include "store/queue.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, batch_id, spec_path, content_hash, spec_id, status, "
    "enqueued_at FROM queue ";

QueueItem item_of(const Statement& s) {
  return {.id = s.integer(0),
          .batch_id = s.integer(1),
          .spec_path = s.text(2),
          .digest = s.text(3),
          .spec_id = s.text(4),
          .status = s.text(5),
          .enqueued_at = s.integer(6)};
}

}  // namespace

std::int64_t insert_batch(Store& store, std::int64_t now) {
  Statement(store.database(), "INSERT INTO batches(created_at) VALUES (?)")
      .bind(now)
      .run();
  return store.database().last_id();
}

std::int64_t insert_queue_item(Store& store, const QueueItem& item) {
  Statement(store.database(),
            "INSERT INTO queue(batch_id, spec_path, content_hash, spec_id, "
            "status, enqueued_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(item.batch_id, item.spec_path, item.digest, item.spec_id,
            item.status, item.enqueued_at)
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

std::vector<QueueItem> list_queue(Store& store) {
  Statement s(store.database(), std::string(kColumns) + "ORDER BY id");
  std::vector<QueueItem> out;
  while (s.step()) out.push_back(item_of(s));
  return out;
}

void begin_queue_item(Store& store, std::int64_t id, const std::string& spec_id,
                      std::int64_t now) {
  Statement(store.database(),
            "UPDATE queue SET status = 'running', spec_id = ?, "
            "started_at = ? WHERE id = ?")
      .bind(spec_id, now, id)
      .run();
}

}  // namespace orch::store
