// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drill/plan.h"
#include "drill/report.h"
#include "history/loss.h"
#include "json/value.h"

// What a chaos drill would do, and has done, as its verb prints it. Pure.
namespace orch::drill {

// What became of one thing that went wrong.
struct Happened {
  Planned planned;
  std::int64_t at_ms = 0;  // after the beginning
  // Until the team works again as before; absent: it does not.
  std::optional<std::int64_t> recovered_ms;
  std::vector<Finding> findings;
  std::string skipped;  // why it could not be done; else empty
  // That the store could not get back.
  history::Lost lost;
};

struct ChaosReport {
  Asked asked;
  std::int64_t started_at = 0;  // milliseconds since 1970
  std::int64_t duration_ms = 0;
  std::int64_t planned = 0;      // events; what is not below was dropped
  std::vector<Happened> events;  // in their order, with those that were skipped
  std::vector<Finding> findings;  // of the beginning and the end
  std::int64_t commits = 0, messages = 0, landings = 0;  // that were checked

  std::int64_t skipped() const;
  // For which there was no time any more.
  std::int64_t dropped() const;
  std::int64_t done() const { return planned - dropped() - skipped(); }
  // Something has happened, and nothing was found.
  bool is_clean() const;
};

// What is printed of a plan; `dry_run` says that nothing was done.
json::Object plan_json(const Asked& asked, const std::vector<Planned>& plan);
json::Object chaos_json(const ChaosReport& report);

}  // namespace orch::drill
