// SPDX-License-Identifier: MIT
#include "calendar/schedule.h"

#include <algorithm>
#include <optional>

#include "error/error.h"

namespace orch::calendar {
namespace {

// A 29th of February on a given weekday comes every 28 years, and not in 2100.
constexpr std::int64_t kMostDays = 50 * 366;

bool has(std::uint64_t set, int bit) { return (set >> bit & 1U) != 0; }

bool has_date(const Schedule& s, const Local& date) {
  if (!has(s.months, date.month)) return false;
  const bool day = has(s.days, date.day);
  const bool weekday = has(s.weekdays, date.weekday);
  return s.either_day ? day || weekday : day && weekday;
}

[[noreturn]] void throw_never(const Schedule& s) {
  throw Error(ErrorCode::Usage, "schedule '" + s.text + "' never comes");
}

std::int64_t next_time_of_day(const Schedule& s, std::int64_t instant,
                              const Zone& zone) {
  const Local from = zone.to_local(instant);
  // A day before: what was in a gap at its end comes only now.
  const std::int64_t first = day_number(from.year, from.month, from.day) - 1;
  for (std::int64_t day = first; day < first + kMostDays; ++day) {
    Local local = date_of(day);
    if (!has_date(s, local)) continue;
    for (local.hour = 0; local.hour < 24; ++local.hour)
      for (local.minute = 0; local.minute < 60; ++local.minute) {
        if (!has(s.hours, local.hour) || !has(s.minutes, local.minute))
          continue;
        const std::int64_t time = zone.to_utc(local);
        if (time > instant) return time;
      }
  }
  throw_never(s);
}

// The first instant of the day after `local`, and behind `instant`.
std::int64_t next_midnight(const Local& local, std::int64_t instant,
                           const Zone& zone) {
  const Local next =
      date_of(day_number(local.year, local.month, local.day) + 1);
  return std::max(zone.to_utc(next), instant + kMinuteMs);
}

std::int64_t next_round_the_clock(const Schedule& s, std::int64_t instant,
                                  const Zone& zone) {
  const Local from = zone.to_local(instant);
  std::int64_t time = instant - from.second * kSecondMs -
                      (instant % kSecondMs + kSecondMs) % kSecondMs + kMinuteMs;
  const std::int64_t end = instant + kMostDays * kDayMs;
  while (time < end) {
    const Local local = zone.to_local(time);
    if (!has_date(s, local)) {
      time = next_midnight(local, time, zone);
    } else if (has(s.hours, local.hour) && has(s.minutes, local.minute)) {
      return time;
    } else {
      time += kMinuteMs;
    }
  }
  throw_never(s);
}

}  // namespace

std::int64_t next_after(const Schedule& schedule, std::int64_t instant,
                        const Zone& zone) {
  return schedule.round_the_clock
             ? next_round_the_clock(schedule, instant, zone)
             : next_time_of_day(schedule, instant, zone);
}

std::int64_t period_after(const Schedule& schedule, std::int64_t instant,
                          const Zone& zone) {
  const std::int64_t first = next_after(schedule, instant, zone);
  return next_after(schedule, first, zone) - first;
}

}  // namespace orch::calendar
