// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Specifications that wait to become features, in batches.
namespace orch::store {

struct QueueItem {
  std::int64_t id = 0;
  std::int64_t batch_id = 0;
  std::string spec_path;
  std::string digest;  // of the content: equal ones wait once
  std::string spec_id;
  std::string status = "queued";
  std::int64_t enqueued_at = 0;
  std::int64_t priority = 0;
  std::int64_t retries = 0;
  std::optional<std::int64_t> time_limit_ms;
  std::optional<std::int64_t> not_before;
  std::optional<std::int64_t> started_at, completed_at;
  std::int64_t pid = 0, pid_start = 0;  // of its launch; 0: not known
  std::string options;                  // of its launch, as JSON; may be empty
  bool fresh = false;                   // its next attempt begins anew
  // Paused since then because every agent of it is limited, and how long that
  // was the case before.
  std::optional<std::int64_t> held_at;
  std::int64_t held_ms = 0;
  std::string reason;  // why it waits or has ended; may be empty

  bool is_held() const { return status == "paused" && held_at.has_value(); }
  bool has_ended() const {
    return status == "done" || status == "failed" || status == "dead";
  }
};

struct Batch {
  std::int64_t id = 0;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> ended_at;
};

// Within a Transaction.
std::int64_t insert_batch(Store& store, std::int64_t now);
// `content`: what find_queue_content gives back.
std::int64_t insert_queue_item(Store& store, const QueueItem& item,
                               const std::string& content = {});
// The one that waits or runs with that content.
std::optional<QueueItem> find_queued(Store& store, const std::string& digest);
std::optional<QueueItem> find_queue_item(Store& store, std::int64_t id);
// What its specification said when it was added; empty in rows of before.
std::string find_queue_content(Store& store, std::int64_t id);
// In the order in which they were added.
std::vector<QueueItem> list_queue(Store& store);
std::vector<QueueItem> list_active_queue(Store& store);  // not ended
std::vector<Batch> list_batches(Store& store);
std::optional<Batch> find_batch(Store& store, std::int64_t id);
// Writes every column but id, batch, path, content and when it was added.
// Throws Error{Corrupt} for an illegal transition. Within a Transaction.
void update_queue_item(Store& store, const QueueItem& item);
// With its attempts. Within a Transaction.
void delete_queue_item(Store& store, std::int64_t id);
// A person has launched it: it has become the feature `spec_id`, which runs.
// Within a Transaction.
void begin_queue_item(Store& store, std::int64_t id, const std::string& spec_id,
                      std::int64_t now);

}  // namespace orch::store
