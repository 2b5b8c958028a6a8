// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/queue.h"

// Which item comes next, and when one comes again. No clock, no store.
namespace orch::queue {

// Waiting for so long counts as much as one priority more.
inline constexpr std::int64_t kAgeMs = 60 * 60 * 1000;
inline constexpr std::int64_t kMostRetries = 3;

// Its priority and what it has gained by waiting.
std::int64_t rank(const store::QueueItem& item, std::int64_t now);
// Queued or to be retried, and not to be left until later.
bool may_start(const store::QueueItem& item, std::int64_t now);
// That with the highest rank of those that may start, of equal ones the oldest;
// absent when there is none.
std::optional<store::QueueItem> next_of(
    const std::vector<store::QueueItem>& items, std::int64_t now);
// How many run, those that only wait for a limit included.
std::size_t running_in(const std::vector<store::QueueItem>& items);

// How long the retry behind so many earlier ones waits: 1, 5, 15 minutes.
// Absent: there is none any more.
std::optional<std::int64_t> retry_wait_ms(std::int64_t retries);

// The name of a feature that is set up anew: `spec_id` unless it is taken, else
// with "-retry1" behind it, or the next that is free.
std::string fresh_id(const std::string& spec_id,
                     const std::function<bool(const std::string&)>& is_taken);

}  // namespace orch::queue
