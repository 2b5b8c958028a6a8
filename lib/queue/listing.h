// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "store/queue_attempts.h"

// Items, batches and attempts as the contract names their members.
namespace orch::queue {

const std::vector<std::string>& item_fields();
json::Object item_json(const store::QueueItem& item, const std::string& reason);
// Those that have one of `shown`, with counts of `all`.
json::Array batches_json(store::Store& store,
                         const std::vector<store::QueueItem>& shown,
                         const std::vector<store::QueueItem>& all);
json::Array attempts_json(const std::vector<store::QueueAttempt>& attempts);
// All of an item, for people: its attempts, and the commands that its state
// allows.
std::string item_text(const store::QueueItem& item, const std::string& reason,
                      const std::vector<store::QueueAttempt>& attempts);

}  // namespace orch::queue
