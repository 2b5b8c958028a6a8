// SPDX-License-Identifier: MIT
#include "calendar/when.h"

#include "error/error.h"
#include "unit/calendar/zones.h"

namespace orch::calendar {
namespace {

constexpr char kNow[] = "2026-11-22T10:00:00";  // a Sunday, 11:00 in Berlin

std::string when(const std::string& text, const std::string& place = "UTC",
                 const std::string& now = kNow) {
  return text::iso_time(parse_when(text, utc(now), ZonesAt(place)));
}

std::string fault_of(const std::string& text) {
  try {
    return when(text);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::Usage);
    return e.what();
  }
}

TEST(When, ReadsDates) {
  EXPECT_EQ(when("2026-11-25T09:00:00Z", "Asia/Kolkata"),
            "2026-11-25T09:00:00Z");
  EXPECT_EQ(when("2026-11-25T09:00:00.250Z"), "2026-11-25T09:00:00Z");
  EXPECT_EQ(when("2026-11-25T09:00:00+01:00"), "2026-11-25T08:00:00Z");
  EXPECT_EQ(when("2026-11-25 09:00 -0530"), "2026-11-25T14:30:00Z");
  EXPECT_EQ(when("2026-11-25 09:00 Europe/Berlin"), "2026-11-25T08:00:00Z");
  EXPECT_EQ(when("2026-07-25 09:00 Europe/Berlin"), "2026-07-25T07:00:00Z");
  EXPECT_EQ(when("2026-11-25 09:00 UTC+2"), "2026-11-25T07:00:00Z");
  EXPECT_EQ(when("2026-11-25T09:00", "Europe/Berlin"), "2026-11-25T08:00:00Z");
  EXPECT_EQ(when("2026-11-25 9am", "America/New_York"), "2026-11-25T14:00:00Z");
  EXPECT_EQ(when("2026-11-25", "Europe/Berlin"), "2026-11-24T23:00:00Z");
  EXPECT_EQ(when("Nov 25 9:00"), "2026-11-25T09:00:00Z");
  EXPECT_EQ(when("25 November 2026 at 9:00"), "2026-11-25T09:00:00Z");
  EXPECT_EQ(when("Jan 2, 9:00"), "2027-01-02T09:00:00Z");
  EXPECT_EQ(when("2028-02-29 12:00"), "2028-02-29T12:00:00Z");
  // Over, which is for others to refuse.
  EXPECT_EQ(when("2020-01-01 00:00"), "2020-01-01T00:00:00Z");
}

TEST(When, ReadsTimesOfDay) {
  EXPECT_EQ(when("17:30"), "2026-11-22T17:30:00Z");
  EXPECT_EQ(when("9:59"), "2026-11-23T09:59:00Z");
  EXPECT_EQ(when("5pm", "Europe/Berlin"), "2026-11-22T16:00:00Z");
  EXPECT_EQ(when("at 5 p.m."), "2026-11-22T17:00:00Z");
  EXPECT_EQ(when("12am"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(when("12pm"), "2026-11-22T12:00:00Z");
  EXPECT_EQ(when("noon"), "2026-11-22T12:00:00Z");
  EXPECT_EQ(when("17:30 Asia/Kolkata"), "2026-11-22T12:00:00Z");
  EXPECT_EQ(when("2:30", "Europe/Berlin", "2026-03-28T12:00:00"),
            "2026-03-29T01:00:00Z");
  EXPECT_EQ(when("2:30", "Europe/Berlin", "2026-10-24T12:00:00"),
            "2026-10-25T00:30:00Z");
}

TEST(When, ReadsDays) {
  EXPECT_EQ(when("tomorrow 9:00"), "2026-11-23T09:00:00Z");
  EXPECT_EQ(when("tomorrow at 9"), "2026-11-23T09:00:00Z");
  EXPECT_EQ(when("9:00 tomorrow", "Europe/Berlin"), "2026-11-23T08:00:00Z");
  EXPECT_EQ(when("today 12:00"), "2026-11-22T12:00:00Z");
  EXPECT_EQ(when("today 9:00"), "2026-11-22T09:00:00Z");
  EXPECT_EQ(when("monday 9:00"), "2026-11-23T09:00:00Z");
  EXPECT_EQ(when("sunday 9:00"), "2026-11-29T09:00:00Z");
  EXPECT_EQ(when("Sunday 11:00"), "2026-11-22T11:00:00Z");
  EXPECT_EQ(when("next fri 9am"), "2026-11-27T09:00:00Z");
  // It is Monday there already.
  EXPECT_EQ(when("tomorrow 9:00", "Pacific/Auckland", "2026-11-22T12:00:00"),
            "2026-11-23T20:00:00Z");
}

TEST(When, ReadsSpans) {
  EXPECT_EQ(when("in 2 hours"), "2026-11-22T12:00:00Z");
  EXPECT_EQ(when("in 1 day, 2 hours and 5 minutes"), "2026-11-23T12:05:00Z");
  EXPECT_EQ(when("in 90m"), "2026-11-22T11:30:00Z");
  EXPECT_EQ(when("in 2h13m"), "2026-11-22T12:13:00Z");
}

TEST(When, TakesAZoneThatIsAskedFor) {
  EXPECT_EQ(text::iso_time(parse_when("17:30", utc(kNow), ZonesAt("UTC"),
                                      &zone_named("Asia/Kolkata"))),
            "2026-11-22T12:00:00Z");
  EXPECT_EQ(text::iso_time(parse_when("17:30 UTC", utc(kNow), ZonesAt("UTC"),
                                      &zone_named("Asia/Kolkata"))),
            "2026-11-22T17:30:00Z");
}

TEST(When, SaysWhatItDoesNotUnderstand) {
  EXPECT_EQ(fault_of("yesterday"), "'yesterday' is no time");
  EXPECT_EQ(fault_of(""), "'' is no time");
  EXPECT_EQ(fault_of("5"), "'5' is no time");
  EXPECT_EQ(fault_of("25:00"), "'25:00' is no time");
  EXPECT_EQ(fault_of("13pm"), "'13pm' is no time");
  EXPECT_EQ(fault_of("9:60"), "'9:60' is no time");
  EXPECT_EQ(fault_of("2 hours"), "'2 hours' is no time");
  EXPECT_EQ(fault_of("in 17:30"), "'in 17:30' is no time");
  EXPECT_EQ(fault_of("17:30 or so"),
            "'17:30 or so' is no time: 'or so' is not understood");
  EXPECT_EQ(fault_of("17:30 Europe/Berln"),
            "there is no time zone 'Europe/Berln'");
  EXPECT_EQ(fault_of("2026-02-30 09:00"),
            "'2026-02-30 09:00' is no time: there is no such date");
  EXPECT_EQ(fault_of("2026-13-01"),
            "'2026-13-01' is no time: there is no such date");
}

}  // namespace
}  // namespace orch::calendar
