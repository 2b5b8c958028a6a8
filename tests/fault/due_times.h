// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

// When check-ins of a test should have come, told by other means than those of
// the suite: the C library's local time. All times fall on half hours, or come
// after an interval.
namespace orch::test {

inline constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute;
// Above so many, a message says "more than".
inline constexpr std::int64_t kMostCovered = 100;

// The minute of the day in Berlin.
inline int minute_in_berlin(std::int64_t at) {
  static const bool is_set = [] {
    ::setenv("TZ", "Europe/Berlin", 1);
    ::tzset();
    return true;
  }();
  (void)is_set;
  const time_t seconds = at / 1000;
  tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

struct Times {
  std::int64_t every_ms = 0;
  bool half_hours = false;  // */30 * * * *
  bool nights = false;      // 30 2 * * * in Berlin

  bool recurs() const { return every_ms != 0 || half_hours || nights; }

  // The first behind `at`; an interval keeps the beat of `due`.
  std::int64_t next(std::int64_t due, std::int64_t at) const {
    if (every_ms != 0)
      return at < due ? due : due + ((at - due) / every_ms + 1) * every_ms;
    std::int64_t time = at;
    do {
      time = (time / kHalf + 1) * kHalf;
    } while (!comes_at(time));
    return time;
  }

  // How many there are behind `due`, up to `at`.
  std::int64_t count(std::int64_t due, std::int64_t at) const {
    if (!recurs()) return 0;
    std::int64_t n = 0;
    for (std::int64_t time = next(due, due); time <= at && n < kMostCovered;
         time = next(time, time))
      ++n;
    return n;
  }

 private:
  static constexpr std::int64_t kHalf = 30 * kMinute;

  bool comes_at(std::int64_t time) const {
    if (half_hours) return true;
    const int minute = minute_in_berlin(time);
    constexpr int kNight = 2 * 60 + 30;
    // The first of two; at the end of a gap for what is in it.
    if (minute == kNight) return minute_in_berlin(time - kHour) != kNight;
    return minute > kNight && minute_in_berlin(time - kMinute) < kNight;
  }
};

// How many earlier ones a message says that it covers.
inline std::int64_t covered_in(const std::string& text) {
  if (!text.ends_with(" covered by this one)")) return 0;
  const std::size_t open = text.rfind(" (");
  if (text.compare(open + 2, 5, "more ") == 0) return kMostCovered;
  return std::atoll(text.c_str() + open + 2);
}

}  // namespace orch::test
