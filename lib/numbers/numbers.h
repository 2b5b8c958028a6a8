// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "store/series.h"

// Numbers of what happened, by day, agent, role and feature.
namespace orch::numbers {

struct Row {
  std::string name;  // a day, an agent's address, a role or a spec-id
  store::Numbers numbers;
  std::map<std::string, std::int64_t> states;  // milliseconds; of agents only
};

struct Summary {
  std::string what;  // typed, landing, task …
  std::int64_t count = 0, p50_ms = 0, p99_ms = 0;
};

struct Report {
  // All days that were asked for, the oldest first, also those without
  // anything.
  std::vector<Row> days;
  // Every agent, in its order of creation; roles and features by name.
  std::vector<Row> agents, roles, features;
  std::vector<Summary> durations;
  store::Predictions predictions;
  std::int64_t uncounted = 0;  // older events that are in none of it
};

// Of the days (of UTC) from the one of `since` to the one of `now`.
Report report(store::Store& store, std::int64_t since, std::int64_t now);

// The keys of the rows, in the order in which they are shown.
std::vector<std::string> day_fields();
std::vector<std::string> agent_fields();
std::vector<std::string> role_fields();
std::vector<std::string> feature_fields();
// days, agents, roles, features, durations, predictions, uncounted.
json::Object report_json(const Report& report);

}  // namespace orch::numbers
