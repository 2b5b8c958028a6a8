// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/queue.h"

// What was tried for an item of the queue, and what came of it.
namespace orch::store {

struct QueueAttempt {
  std::int64_t id = 0;
  std::int64_t item_id = 0;
  std::int64_t number = 0;       // from 1
  std::string spec_id;           // of its feature; empty: not decided yet
  bool fresh = false;            // begun anew, beside what was there
  std::int64_t after_event = 0;  // only events with a larger id are of it
  std::int64_t started_at = 0;
  std::int64_t launches = 0;                // how often its launch was started
  std::optional<std::int64_t> launched_at;  // its team runs since
  std::optional<std::int64_t> ended_at;
  std::string outcome;   // done, failed, cancelled; empty while it runs
  std::string evidence;  // of a failure: what was seen
  std::string advice;    // an agent CLI's analysis of it
};

// In their order.
std::vector<QueueAttempt> list_attempts(Store& store, std::int64_t item_id);
// The newest one of an item.
std::optional<QueueAttempt> find_attempt(Store& store, std::int64_t item_id);
// The next one of the item begins, with the item's `fresh`. Within a
// Transaction.
QueueAttempt begin_attempt(Store& store, const QueueItem& item,
                           std::int64_t now);
// Writes every column but its item, its number and its start. Within a
// Transaction.
void update_attempt(Store& store, const QueueAttempt& attempt);

// What the role's first event of that type says that is later than that event.
std::optional<std::string> find_event_after(Store& store,
                                            const std::string& spec_id,
                                            const std::string& role,
                                            const std::string& type,
                                            std::int64_t after_event);
// When the first of the feature's agents is not limited any more, as far as
// that is recorded.
std::optional<std::int64_t> feature_limit_end(Store& store,
                                              std::int64_t feature_id);

}  // namespace orch::store
