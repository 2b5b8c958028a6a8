// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "calendar/zone.h"

// Times that come again, by the calendar of some zone.
namespace orch::calendar {

// Sets are bits: bit 9 of `hours` is nine o'clock.
struct Schedule {
  std::string text;            // as it was written, without blanks around it
  std::uint64_t minutes = 0;   // 0 to 59
  std::uint32_t hours = 0;     // 0 to 23
  std::uint32_t days = 0;      // of the month, 1 to 31
  std::uint32_t months = 0;    // 1 to 12
  std::uint32_t weekdays = 0;  // 0 to 6, 0 is Sunday
  // Both the day of the month and the weekday are restricted: either will do.
  bool either_day = false;
  // The hour is `*` or has a step: it follows the clock round and round rather
  // than naming a time of day.
  bool round_the_clock = false;
  bool operator==(const Schedule&) const = default;
};

// Five fields as of cron(8) ("0 9 * * 1-5", names, lists, ranges, steps, 7 for
// Sunday), @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually,
// or days and a time: "weekdays 9:00", "daily 17:30", "mon,wed,fri 9:00",
// "monday at 9am". Throws Error{Usage} that names the field and what is wrong
// with it, also when the time never comes (the 30th of February).
Schedule parse_schedule(std::string_view text);

// The first time behind `instant`. A time of day that clocks skip comes at the
// end of the gap; one that they show twice comes once, the first time. A
// schedule round the clock comes whenever clocks show it: not in a gap, twice
// in what is repeated. Throws Error{Usage} when there is none for fifty years,
// which no schedule from parse_schedule needs.
std::int64_t next_after(const Schedule& schedule, std::int64_t instant,
                        const Zone& zone);

// How far the next two times behind `instant` are apart: how often it comes
// about then.
std::int64_t period_after(const Schedule& schedule, std::int64_t instant,
                          const Zone& zone);

}  // namespace orch::calendar
