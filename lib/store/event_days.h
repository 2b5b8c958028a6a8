// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "store/store.h"

// Events counted once instead of at each question: by day of UTC, feature, role
// and type, as they were recorded. What becomes of a commit later changes no
// count. An event is counted when its id has been passed, and ids only rise, so
// none is counted twice or left out; what an import adds has new ids. A restore
// puts back the counts with the events. A rebuild begins anew.
namespace orch::store {

inline constexpr std::int64_t kDayMs = 86400000;

// Of ids behind the last counted one; the newest. What lies between is left to
// `count_events`.
inline constexpr std::int64_t kMostUncounted = 200000;

// Counts the events of at most `most` more ids; returns of how many. Within a
// Transaction.
std::int64_t count_events(Store& store, std::int64_t most);
// The same, step by step, in transactions of its own, until nothing is left or
// the events of `most` ids were counted. Does nothing with a store that is only
// read.
void catch_up_events(Store& store, std::int64_t most);
// All are uncounted. Within a Transaction.
void forget_event_days(Store& store);

// Events that no question counts yet; 0 but for a moment after a large store
// came from an older version.
std::int64_t uncounted_events(Store& store);

// Questions count what is behind the last counted id, too, at most
// kMostUncounted of them. A commit that is known to be dropped is no commit any
// more; one that was rewritten is one.
struct NamedCount {
  std::string name;
  std::int64_t count = 0;
};
// By type, the most frequent first.
std::vector<NamedCount> list_event_types(Store& store);
// By "<spec-id>/<role>", or the role alone, the most frequent first.
std::vector<NamedCount> list_commit_owners(Store& store);

// Of all time, also of those that are dropped by now.
std::int64_t count_recorded_commits(Store& store);

struct EventDay {
  std::int64_t day = 0;       // since 1970
  std::string spec_id, role;  // empty: none
  std::int64_t events = 0, commits = 0, restarts = 0;
};
// Of the days from `first` on.
std::vector<EventDay> list_event_days(
    Store& store,
    std::int64_t first = std::numeric_limits<std::int64_t>::min());

}  // namespace orch::store
