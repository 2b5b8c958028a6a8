// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calendar/clock_time.h"
#include "calendar/cursor.h"
#include "calendar/zone.h"

// What a text says of one time, before it is clear which instant that is.
namespace orch::calendar {

struct Moment {
  std::optional<std::int64_t> from_now;  // ms
  std::optional<std::int64_t> instant;   // ms since 1970
  std::optional<int> year;
  int month = 0, day = 0;         // 0: no date
  std::optional<int> weekday;     // 0 is Sunday
  std::optional<int> days_ahead;  // 0 today, 1 tomorrow
  std::optional<ClockTime> time;
  const Zone* zone = nullptr;
  std::optional<std::int64_t> offset;  // ms east of UTC
  std::string unknown_zone;            // as it reads

  bool has_day() const { return month > 0 || weekday || days_ahead; }
};

// "2h 13m", "5 days, 3 hours and 12 minutes", "15.5s", in ms.
std::optional<std::int64_t> take_span(Cursor& cursor);

// As much of one as there is at the cursor: a span, seconds or milliseconds
// since 1970, or a date, a day, a time of day and a zone in any order. Absent,
// with the cursor where it was, when nothing is.
std::optional<Moment> take_moment(Cursor& cursor, const Zones& zones);

// The instant that `moment` means at `now`; what has no zone is in `zone`. A
// time of day or a weekday is the next such one, a day without a time begins
// it, and a date without a year is the first that is not over by more than a
// day. Absent when there is no such date.
std::optional<std::int64_t> find_instant(const Moment& moment, std::int64_t now,
                                         const Zone& zone);

}  // namespace orch::calendar
