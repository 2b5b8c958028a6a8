// SPDX-License-Identifier: MIT
//
// Texts and JSON about usage limits, and other times that people write.
#include "calendar/reset.h"
#include "calendar/schedule.h"
#include "calendar/when.h"
#include "error/error.h"
#include "fuzz/targets.h"
#include "json/value.h"
#include "limit/windows.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch::fuzz {
namespace {

constexpr std::int64_t kNow = 1790000000000;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

void check_times(std::string_view input, const calendar::Zones& zones) {
  const auto reset = calendar::parse_reset(input, kNow, zones);
  if (reset) {
    require(reset->at >= kNow - kDayMs && reset->at <= kNow + 367 * kDayMs,
            "a limit ends within a year, and not long ago");
    const auto again = calendar::parse_reset(input, kNow, zones);
    require(again && again->at == reset->at, "an end is deterministic");
  }
  if (const auto time = text::parse_iso_time(input))
    require(text::parse_iso_time(text::iso_time(*time)) == *time,
            "an instant is read back");
  if (const auto length = text::parse_duration(input))
    require(text::parse_duration(text::duration_text(*length)) == *length,
            "a duration is read back");
  try {
    calendar::parse_when(input, kNow, zones);
  } catch (const Error&) {
    // Refused.
  }
  try {
    const auto schedule = calendar::parse_schedule(input);
    const std::int64_t next =
        calendar::next_after(schedule, kNow, zones.local());
    require(next > kNow, "the next time is ahead");
    require(calendar::next_after(schedule, next, zones.local()) > next,
            "and so is the one behind it");
  } catch (const Error&) {
    // Refused.
  }
}

void check_windows(std::string_view input) {
  const auto far = kNow + 367 * kDayMs;
  const auto of_lines = limit::exhausted_in_lines(input, kNow);
  require(!of_lines || (*of_lines > kNow && *of_lines < far),
          "what is used up comes back within a year");
  if (const auto value = json::parse(input)) {
    const auto until = limit::exhausted_until(*value, kNow);
    require(!until || (*until > kNow && *until < far),
            "what is used up comes back within a year");
  }
}

}  // namespace

void limits(std::string_view input) {
  check_times(input, zone::system());
  check_windows(input);
}

}  // namespace orch::fuzz
