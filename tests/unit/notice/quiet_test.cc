// SPDX-License-Identifier: MIT
#include "notice/quiet.h"

#include <gtest/gtest.h>

#include "error/error.h"
#include "text/time.h"
#include "unit/calendar/zones.h"

namespace orch::notice {
namespace {

std::string end_at(const std::string& hours, const std::string& now,
                   const std::string& zone) {
  const auto end = end_of(parse_quiet(hours), calendar::utc(now),
                          calendar::zone_named(zone));
  return end ? text::iso_time(*end) : "";
}

TEST(Quiet, ReadsHoursWithAndWithoutAZone) {
  EXPECT_EQ(parse_quiet("22:00-07:30"), (Quiet{22 * 60, 7 * 60 + 30, ""}));
  EXPECT_EQ(parse_quiet(" 12:00 - 13:00  Europe/Berlin "),
            (Quiet{12 * 60, 13 * 60, "Europe/Berlin"}));
  for (const char* text :
       {"", "22:00", "22:00-", "22-25:00", "9:00-9:00", "late-early"})
    EXPECT_THROW(parse_quiet(text), Error) << text;
}

TEST(Quiet, EndsTheNextMorning) {
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-22T21:59:59Z", "UTC"), "");
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-22T22:00:00Z", "UTC"),
            "2026-11-23T07:00:00Z");
  EXPECT_EQ(end_at("22:00-07:00", "2026-12-31T23:30:00Z", "UTC"),
            "2027-01-01T07:00:00Z");
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-23T06:59:00Z", "UTC"),
            "2026-11-23T07:00:00Z");
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-23T07:00:00Z", "UTC"), "");
  EXPECT_EQ(end_at("12:00-13:00", "2026-11-23T12:30:00Z", "UTC"),
            "2026-11-23T13:00:00Z");
}

TEST(Quiet, IsMeantInItsZone) {
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-22T21:30:00Z", "Europe/Berlin"),
            "2026-11-23T06:00:00Z");
  EXPECT_EQ(end_at("22:00-07:00", "2026-11-22T20:30:00Z", "Europe/Berlin"), "");
  // The night in which clocks are put forward.
  EXPECT_EQ(end_at("22:00-07:00", "2026-03-28T22:00:00Z", "Europe/Berlin"),
            "2026-03-29T05:00:00Z");
}

TEST(BackOff, DoublesUpToAnHour) {
  EXPECT_EQ(back_off_ms(1), 30000);
  EXPECT_EQ(back_off_ms(2), 60000);
  EXPECT_EQ(back_off_ms(5), 480000);
  EXPECT_EQ(back_off_ms(50), 3600000);
  EXPECT_EQ(back_off_ms(0), 30000);
}

}  // namespace
}  // namespace orch::notice
