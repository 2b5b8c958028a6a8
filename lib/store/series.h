// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// What happened on each day (of UTC, since 1970), by feature and role. No
// question here reads events one by one but for tasks, of which it reads the
// newest.
namespace orch::store {

// Tokens and cost that agent CLIs have written down. Absent: they told none,
// which is not the same as none.
struct Spent {
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> cost_micros;  // of a US dollar

  void add(const Spent& other);
};

struct Numbers {
  std::int64_t events = 0, commits = 0, restarts = 0;
  std::int64_t messages = 0;   // that were sent, by that role
  std::int64_t conflicts = 0;  // that were found
  std::int64_t sides = 0;      // of conflicts: two for each
  std::int64_t tests = 0;      // results
  std::int64_t limits = 0;     // that were met
  std::int64_t landings = 0;   // branches that landed
  std::int64_t busy_ms = 0;
  Spent spent;

  void add(const Numbers& other);
};

struct DayNumbers {
  std::int64_t day = 0;
  std::string spec_id, role;  // empty: none
  Numbers numbers;
};
// Of the days from `first` on, by day, feature and role.
std::vector<DayNumbers> list_day_numbers(Store& store, std::int64_t first);

// How long each agent was in each state, on days from `first` on, without what
// has not ended yet.
struct StateTime {
  std::int64_t agent_id = 0;
  std::string state;
  std::int64_t ms = 0;
};
std::vector<StateTime> list_state_times(Store& store, std::int64_t first);

// Durations in milliseconds since `since`, unsorted, of the newest ten thousand
// of each kind: from sending to each level a message has reached (typed,
// submitted, read, acked), from queueing to landing (landing), of gates (gate),
// from the start of a task to its end (task).
struct Taken {
  std::string what;
  std::vector<std::int64_t> ms;
};
std::vector<Taken> list_taken(Store& store, std::int64_t since);

// How predictions of collisions have come out, of those found since `since`. A
// branch of either agent that was refused to land, for a file of the
// prediction, while it was open or within a day behind, has met it. What was
// resolved without that was avoided.
struct Predictions {
  std::int64_t met = 0, avoided = 0, open = 0;
  // Branches refused to land for conflicting files that no prediction of a
  // collision had named.
  std::int64_t missed = 0;
};
Predictions judge_predictions(Store& store, std::int64_t since);

}  // namespace orch::store
