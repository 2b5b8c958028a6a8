// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/store.h"

// Counts: of events as they are kept (event_days.h), the others from the rows
// each time.
namespace orch::store {

struct Tally {
  std::string what;  // "events", "messages" …
  std::string name;  // a type, a level …
  std::int64_t count = 0;
};

// Events by type, most frequent first.
std::vector<Tally> tally_events(Store& store);
// Those, commits by agent, and tasks, messages, conflicts, blockers, pull
// requests and tests by status.
std::vector<Tally> tally_all(Store& store);

}  // namespace orch::store
