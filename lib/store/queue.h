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
};

// Within a Transaction.
std::int64_t insert_batch(Store& store, std::int64_t now);
std::int64_t insert_queue_item(Store& store, const QueueItem& item);
// The one that waits or runs with that content.
std::optional<QueueItem> find_queued(Store& store, const std::string& digest);
// In the order in which they were added.
std::vector<QueueItem> list_queue(Store& store);
// It has become the feature `spec_id`, which runs. Within a Transaction.
void begin_queue_item(Store& store, std::int64_t id, const std::string& spec_id,
                      std::int64_t now);

}  // namespace orch::store
