// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "calendar/cursor.h"

namespace orch::calendar {

struct ClockTime {
  int hour = 0, minute = 0, second = 0;
  bool bare = false;  // "9": no minutes, no am or pm
};

// "9:00", "17:30:05", "9am", "2:58 AM", "9 p.m.", "noon", "midnight", and a
// bare "9", at the cursor. Absent, with the cursor where it was, when it is no
// time of day.
std::optional<ClockTime> take_clock_time(Cursor& cursor);

}  // namespace orch::calendar
