// SPDX-License-Identifier: MIT
#include "calendar/zone.h"

#include <random>

#include "unit/calendar/zones.h"

namespace orch::calendar {
namespace {

std::string shown(const Local& l) {
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d %d", l.year,
                l.month, l.day, l.hour, l.minute, l.second, l.weekday);
  return text;
}

std::string local_in(const std::string& zone, const std::string& iso) {
  return shown(zone_named(zone).to_local(utc(iso)));
}

std::string utc_of(const std::string& zone, Local local) {
  return text::iso_time(zone_named(zone).to_utc(local));
}

Local at(int year, int month, int day, int hour = 0, int minute = 0) {
  return {
      .year = year, .month = month, .day = day, .hour = hour, .minute = minute};
}

TEST(Dates, AreCountedAsTheCLibraryCounts) {
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 20000; ++i) {
    const std::time_t seconds =
        static_cast<std::time_t>(random() % 20000000000ULL) - 8000000000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    const Local local = FixedZone(0).to_local(seconds * kSecondMs + 999);
    const Local expected = {.year = parts.tm_year + 1900,
                            .month = parts.tm_mon + 1,
                            .day = parts.tm_mday,
                            .hour = parts.tm_hour,
                            .minute = parts.tm_min,
                            .second = parts.tm_sec,
                            .weekday = parts.tm_wday};
    ASSERT_EQ(local, expected) << seconds;
    ASSERT_EQ(FixedZone(0).to_utc(local), seconds * kSecondMs);
  }
}

TEST(Dates, KnowLeapYears) {
  EXPECT_EQ(days_in(2024, 2), 29);
  EXPECT_EQ(days_in(2026, 2), 28);
  EXPECT_EQ(days_in(2000, 2), 29);
  EXPECT_EQ(days_in(2100, 2), 28);
  EXPECT_EQ(days_in(2026, 4), 30);
  EXPECT_EQ(days_in(2026, 12), 31);
  EXPECT_EQ(day_number(1970, 1, 1), 0);
  EXPECT_EQ(day_number(2024, 3, 1) - day_number(2024, 2, 28), 2);
  EXPECT_EQ(shown(date_of(day_number(2027, 1, 1) - 1)),
            "2026-12-31 00:00:00 4");
}

TEST(SystemZones, AreFoundByName) {
  const Zones& zones = zone::system();
  for (const char* name : {"Europe/Berlin", "America/New_York", "Asia/Kolkata",
                           "UTC", "utc", "GMT", "Z", "Etc/GMT+5"})
    EXPECT_TRUE(zones.find(name)) << name;
  for (const char* name :
       {"", "Mars/Olympus", "europe/berlin", "../../etc/passwd", "/etc/passwd",
        "right/UTC", "posix/UTC", "tzdata.zi", "Europe"})
    EXPECT_FALSE(zones.find(name)) << name;
  EXPECT_EQ(zones.find("Europe/Berlin"), zones.find("Europe/Berlin"));
  EXPECT_TRUE(zones.find(zones.local_name()));
}

TEST(SystemZones, ShowLocalTime) {
  EXPECT_EQ(local_in("Europe/Berlin", "2026-11-22T10:00:00"),
            "2026-11-22 11:00:00 0");
  EXPECT_EQ(local_in("Europe/Berlin", "2026-07-22T22:30:00"),
            "2026-07-23 00:30:00 4");
  EXPECT_EQ(local_in("America/New_York", "2027-01-01T04:59:59"),
            "2026-12-31 23:59:59 4");
  EXPECT_EQ(local_in("Asia/Kolkata", "2026-11-22T18:30:00"),
            "2026-11-23 00:00:00 1");
  EXPECT_EQ(local_in("Australia/Lord_Howe", "2026-07-01T00:00:00"),
            "2026-07-01 10:30:00 3");
  EXPECT_EQ(local_in("Australia/Lord_Howe", "2027-01-01T00:00:00"),
            "2027-01-01 11:00:00 5");
  EXPECT_EQ(local_in("Etc/GMT+5", "2026-06-01T12:00:00"),
            "2026-06-01 07:00:00 1");
}

TEST(SystemZones, PutASkippedTimeAtTheEndOfItsGap) {
  // 02:00 becomes 03:00.
  EXPECT_EQ(utc_of("Europe/Berlin", at(2026, 3, 29, 1, 59)),
            "2026-03-29T00:59:00Z");
  for (const int minute : {0, 1, 30, 59})
    EXPECT_EQ(utc_of("Europe/Berlin", at(2026, 3, 29, 2, minute)),
              "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc_of("Europe/Berlin", at(2026, 3, 29, 3)),
            "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc_of("America/New_York", at(2026, 3, 8, 2, 30)),
            "2026-03-08T07:00:00Z");
  // 02:00 becomes 02:30.
  EXPECT_EQ(utc_of("Australia/Lord_Howe", at(2026, 10, 4, 2, 15)),
            "2026-10-03T15:30:00Z");
  EXPECT_EQ(utc_of("Australia/Lord_Howe", at(2026, 10, 4, 2, 30)),
            "2026-10-03T15:30:00Z");
  // The whole of the 30th of December 2011.
  EXPECT_EQ(utc_of("Pacific/Apia", at(2011, 12, 29, 23, 59)),
            "2011-12-30T09:59:00Z");
  EXPECT_EQ(utc_of("Pacific/Apia", at(2011, 12, 30, 12)),
            "2011-12-30T10:00:00Z");
  EXPECT_EQ(utc_of("Pacific/Apia", at(2011, 12, 31)), "2011-12-30T10:00:00Z");
}

TEST(SystemZones, TakeTheFirstOfATimeThatComesTwice) {
  EXPECT_EQ(utc_of("Europe/Berlin", at(2026, 10, 25, 2, 30)),
            "2026-10-25T00:30:00Z");
  EXPECT_EQ(utc_of("Europe/Berlin", at(2026, 10, 25, 3)),
            "2026-10-25T02:00:00Z");
  EXPECT_EQ(utc_of("America/New_York", at(2026, 11, 1, 1, 30)),
            "2026-11-01T05:30:00Z");
  EXPECT_EQ(utc_of("America/New_York", at(2026, 11, 1, 2)),
            "2026-11-01T07:00:00Z");
  EXPECT_EQ(utc_of("Australia/Lord_Howe", at(2026, 4, 5, 1, 45)),
            "2026-04-04T14:45:00Z");
}

TEST(SystemZones, GoThereAndBack) {
  std::mt19937_64 random(7);
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
        "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran"})
    for (int i = 0; i < 2000; ++i) {
      const auto instant =
          static_cast<std::int64_t>(1230000000 + random() % 800000000) *
          kSecondMs;
      const Zone& zone = zone_named(name);
      const Local local = zone.to_local(instant);
      const std::int64_t back = zone.to_utc(local);
      // The same, or the first of the two that look alike.
      ASSERT_LE(back, instant) << name << " " << instant;
      ASSERT_EQ(zone.to_local(back), local) << name << " " << instant;
    }
}

}  // namespace
}  // namespace orch::calendar
