// SPDX-License-Identifier: MIT
#include "text/time.h"

#include <gtest/gtest.h>

#include <limits>

namespace orch::text {
namespace {

constexpr Milliseconds kDay = 24LL * 3600 * 1000;

TEST(IsoTime, WritesUtcInWholeSeconds) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(999), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(1000), "1970-01-01T00:00:01Z");
  EXPECT_EQ(iso_time(1795232645000), "2026-11-21T03:44:05Z");
}

TEST(IsoTime, RoundsDownBefore1970) {
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(iso_time(-1000), "1969-12-31T23:59:59Z");
  EXPECT_EQ(iso_time(-1001), "1969-12-31T23:59:58Z");
}

TEST(IsoTime, AlwaysHasFourDigitsOfYear) {
  EXPECT_EQ(iso_time(parse_iso_time("0999-12-31T00:00:00Z").value()),
            "0999-12-31T00:00:00Z");
}

TEST(IsoTime, IsIndependentOfTheTimeZone) {
  ::setenv("TZ", "America/St_Johns", 1);
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(parse_iso_time("1970-01-01T00:00:00Z"), 0);
  ::unsetenv("TZ");
}

TEST(ParseIsoTime, IsTheInverseOfIsoTime) {
  for (const char* iso :
       {"1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1900-03-01T12:00:00Z",
        "2000-02-29T00:00:00Z", "2024-02-29T23:59:59Z", "2038-01-19T03:14:08Z",
        "9999-12-31T23:59:59Z"}) {
    const auto instant = parse_iso_time(iso);
    ASSERT_TRUE(instant) << iso;
    EXPECT_EQ(iso_time(*instant), iso);
  }
  EXPECT_EQ(parse_iso_time("2026-11-21T03:44:05Z"), 1795232645000);
}

TEST(ParseIsoTime, TakesASpaceForTAndNoZ) {
  EXPECT_EQ(parse_iso_time("1970-01-02 00:00:00"), kDay);
  EXPECT_EQ(parse_iso_time("1970-01-02T00:00:00"), kDay);
}

TEST(ParseIsoTime, KnowsTheLengthOfMonths) {
  EXPECT_TRUE(parse_iso_time("2000-02-29T00:00:00Z"));   // by 400
  EXPECT_FALSE(parse_iso_time("1900-02-29T00:00:00Z"));  // by 100
  EXPECT_FALSE(parse_iso_time("2023-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_iso_time("2024-02-30T00:00:00Z"));
  EXPECT_FALSE(parse_iso_time("2024-04-31T00:00:00Z"));
  EXPECT_FALSE(parse_iso_time("2024-01-32T00:00:00Z"));
}

TEST(ParseIsoTime, TakesALeapSecondAsTheSecondBehindIt) {
  EXPECT_EQ(parse_iso_time("2016-12-31T23:59:60Z"),
            parse_iso_time("2017-01-01T00:00:00Z"));
}

TEST(ParseIsoTime, RefusesEveryOtherForm) {
  for (const char* bad : {"",
                          "Z",
                          "2026",
                          "2026-11-21",
                          "2026-11-21T03:44Z",
                          "2026-11-21T03:44:05ZZ",
                          "2026-11-21T03:44:05+01:00",
                          "2026-11-21T03:44:05.123Z",
                          "2026/11/21T03:44:05Z",
                          "2026-11-21X03:44:05Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-01-00T00:00:00Z",
                          "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z",
                          "2026-01-01T00:00:61Z",
                          "2026-1-01T00:00:000Z",
                          "-026-01-01T00:00:00Z",
                          " 2026-01-01T00:00:0Z",
                          "2026-01-01T00:00:0xZ"})
    EXPECT_FALSE(parse_iso_time(bad)) << bad;
}

TEST(Duration, ReadsEachUnitAndABareNumberAsMinutes) {
  EXPECT_EQ(parse_duration("30s"), 30000);
  EXPECT_EQ(parse_duration("30m"), 30 * 60000);
  EXPECT_EQ(parse_duration("30"), 30 * 60000);
  EXPECT_EQ(parse_duration("2h"), 2 * 3600000);
  EXPECT_EQ(parse_duration("1d"), kDay);
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("007m"), 7 * 60000);
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const char* bad : {"", "s", "-1m", "+1m", "1.5h", "1 h", " 1h", "1h ",
                          "1w", "1H", "1ms", "1h30m", "0x10"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Duration, RefusesMoreThanAHundredYearsWithoutOverflow) {
  EXPECT_EQ(parse_duration("36600d"), 36600 * kDay);
  EXPECT_FALSE(parse_duration("36601d"));
  EXPECT_FALSE(parse_duration("3162240001s"));
  EXPECT_FALSE(parse_duration("9223372036854775807d"));
  EXPECT_FALSE(parse_duration("18446744073709551617s"));
  EXPECT_FALSE(parse_duration(std::string(500, '9')));
}

TEST(Duration, TextIsTheShortestExactForm) {
  EXPECT_EQ(duration_text(90000), "90s");
  EXPECT_EQ(duration_text(60000), "1m");
  EXPECT_EQ(duration_text(90 * 60000), "90m");
  EXPECT_EQ(duration_text(7200000), "2h");
  EXPECT_EQ(duration_text(48 * 3600000LL), "2d");
}

TEST(Duration, TextIsReadBackAsTheSame) {
  for (const Milliseconds d :
       {Milliseconds{0}, Milliseconds{1000}, Milliseconds{59000},
        Milliseconds{61000}, Milliseconds{3599000}, kDay, 36600 * kDay})
    EXPECT_EQ(parse_duration(duration_text(d)), d) << d;
}

TEST(ShortAge, TakesTheLargestWholeUnit) {
  EXPECT_EQ(short_age(-5), "now");
  EXPECT_EQ(short_age(999), "now");
  EXPECT_EQ(short_age(1000), "1s");
  EXPECT_EQ(short_age(59999), "59s");
  EXPECT_EQ(short_age(60000), "1m");
  EXPECT_EQ(short_age(3599999), "59m");
  EXPECT_EQ(short_age(3600000), "1h");
  EXPECT_EQ(short_age(2 * kDay - 1), "47h");
  EXPECT_EQ(short_age(2 * kDay), "2d");
}

}  // namespace
}  // namespace orch::text
