// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drill/plan.h"

namespace orch::drill {

// Something that should not be.
struct Finding {
  std::string check;  // fsck, store, refs, processes, history/<rule> …
  std::string what;   // printable

  bool operator==(const Finding&) const = default;
};

// What became of one thing that went wrong.
struct Happened {
  Planned planned;
  std::int64_t at_ms = 0;  // after the beginning
  // Until the team works again as before; absent: it does not.
  std::optional<std::int64_t> recovered_ms;
  std::vector<Finding> findings;
  std::string skipped;  // why it could not be done; else empty
};

struct ChaosReport {
  std::uint64_t seed = 0;
  std::int64_t started_at = 0;  // milliseconds since 1970
  std::int64_t duration_ms = 0;
  std::vector<Happened> events;
  std::vector<Finding> findings;  // of the beginning and the end
  std::int64_t commits = 0, messages = 0, landings = 0;  // that were checked

  bool is_clean() const;
};

}  // namespace orch::drill
