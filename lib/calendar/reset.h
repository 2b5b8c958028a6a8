// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calendar/zone.h"

namespace orch::calendar {

struct Reset {
  std::int64_t at = 0;  // ms since 1970
  std::string text;     // the part that tells it
};

// When a usage limit ends, as agent CLIs print it: the whole message ("You've
// hit your limit · resets 3pm (Europe/Berlin)", "try again in 5 days 3 hours",
// "retry-after: 120", "limit reached|1763800000"), or only the time in it. What
// names no zone is in the local one. A time of day that is over is tomorrow's;
// a date without a year that is over by more than a day is next year's. Absent
// when no time is told, when it is not understood in full, more than a year
// ahead, or over by more than a day.
std::optional<Reset> parse_reset(std::string_view text, std::int64_t now,
                                 const Zones& zones);

}  // namespace orch::calendar
