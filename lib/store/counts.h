// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "store/store.h"

namespace orch::store {

// Rows of one feature, by what a status shows.
struct FeatureCounts {
  std::int64_t conflicts = 0;  // unresolved
  std::int64_t blockers = 0;   // active
  std::int64_t prs = 0;        // not closed
  std::int64_t tests = 0;      // results
  std::int64_t open = 0, doing = 0, blocked = 0, done = 0, dropped = 0;
};
FeatureCounts count_feature(Store& store, std::int64_t feature_id);

// Whether a tick would find something to do by the clock: a check-in, the end
// of a limit, an ask that expires, an agent that comes back, something that is
// to be told. One query, by indexes.
bool is_something_due(Store& store, std::int64_t now);

}  // namespace orch::store
