// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "process/process.h"

namespace orch::daemon {

// What a pass leaves to wait for.
struct Report {
  int lives = 0;  // agents that run, and what waits to be started
  std::optional<std::int64_t> due_at;        // the next that is due
  std::vector<process::Identity> processes;  // whose end is to be noticed

  bool operator==(const Report&) const = default;
};

// Lines "lives <n>", "due <ms>", "process <pid> <start>" and, last, "end". A
// text without its end, or with another line, is none.
std::string to_text(const Report& report);
std::optional<Report> parse_report(std::string_view text);

}  // namespace orch::daemon
