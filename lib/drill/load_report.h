// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drill/report.h"
#include "json/value.h"

// What a load drill has measured. Pure but for `keep_report`.
namespace orch::drill {

// Of some durations; absent without any.
struct Percentiles {
  std::optional<std::int64_t> p50_ms, p99_ms;
  bool operator==(const Percentiles&) const = default;
};
// The nearest-rank ones.
Percentiles percentiles_of(std::vector<std::int64_t> durations_ms);

// After each round: a message to every agent that runs, and a commit by each.
struct LoadSample {
  std::int64_t at_ms = 0;  // since the drill began
  std::int64_t agents = 0;
  Percentiles delivery, acked;
  double commits_per_s = 0;
  std::int64_t tick_ms = 0;  // of one with nothing due
  std::int64_t rss_bytes = 0;
};

struct LoadReport {
  std::string shape;  // concurrent, ramp
  std::uint64_t seed = 0;
  std::int64_t started_at = 0;
  std::int64_t duration_ms = 0;
  std::int64_t wanted = 0;  // agents
  std::int64_t agents = 0;  // that ran at the same time
  double start_rate = 0;    // agents a second
  std::int64_t messages = 0, lost = 0;
  Percentiles delivery, acked, tick;
  std::int64_t commits = 0;
  double commits_per_s = 0;     // the median of the rounds
  std::int64_t rss_bytes = 0;   // at most, of all that the drill has started
  std::int64_t processes = 0;   // likewise
  std::int64_t busy_waits = 0;  // transactions that waited for another one
  std::int64_t stop_ms = 0;     // until nothing was left
  std::vector<LoadSample> samples;
  std::vector<Finding> findings;

  bool is_clean() const { return findings.empty(); }
};

json::Object load_json(const LoadReport& report);
// What is measured and its value, for people, from what load_json() says.
std::vector<std::pair<std::string, std::string>> load_rows(
    const json::Value& report);

// Leaves it where the dashboard looks, for this user. Silent when that cannot
// be: the report has been given already.
void keep_report(const LoadReport& report) noexcept;
// The one that was kept last; null when there is none.
json::Value find_kept_report();

}  // namespace orch::drill
