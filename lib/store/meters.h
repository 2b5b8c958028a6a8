// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/event_days.h"
#include "store/store.h"

// Numbers for those who collect them from outside: how much there is now, and
// how much there was of all time, which never becomes less but by a restore or
// a rebuild.
namespace orch::store {

// Now.
std::int64_t count_open_conflicts(Store& store);
std::int64_t count_unread(Store& store);  // messages that nobody has read
std::int64_t count_open_asks(Store& store);
std::vector<NamedCount> count_agents_by_state(Store& store);
std::vector<NamedCount> count_queue_by_status(Store& store);
std::vector<NamedCount> count_open_limits(Store& store);  // by runtime
std::vector<NamedCount> count_merge_queue(Store& store);  // by status

// Of all time.
// Messages that have come at least so far: queued, typed, submitted, read,
// acked; and failed, expired.
std::vector<NamedCount> count_messages_by_level(Store& store);
std::vector<NamedCount> count_ended_landings(Store& store);  // by status
std::vector<NamedCount> count_gates(Store& store);           // by result
std::vector<NamedCount> count_tests(Store& store);           // by status
std::int64_t count_limits(Store& store);

// By agent and kind (input, output, cached); only of agents of which something
// is known.
struct UsedTokens {
  std::string agent;  // address
  std::int64_t input = 0, output = 0, cached = 0;
  std::optional<std::int64_t> cost_micros;  // of a US dollar
};
std::vector<UsedTokens> list_used_tokens(Store& store);

}  // namespace orch::store
