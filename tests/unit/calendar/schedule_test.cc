// SPDX-License-Identifier: MIT
#include "calendar/schedule.h"

#include <random>

#include "error/error.h"
#include "unit/calendar/zones.h"

namespace orch::calendar {
namespace {

std::string fault_of(const std::string& text) {
  try {
    parse_schedule(text);
    return "";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::Usage);
    return e.what();
  }
}

std::vector<std::string> times_of(const std::string& schedule,
                                  const std::string& from,
                                  const std::string& zone, int count) {
  std::vector<std::string> out;
  std::int64_t time = utc(from);
  const Schedule parsed = parse_schedule(schedule);
  for (int i = 0; i < count; ++i) {
    time = next_after(parsed, time, zone_named(zone));
    out.push_back(text::iso_time(time));
  }
  return out;
}

using Times = std::vector<std::string>;

TEST(Schedule, ReadsWhatCronReads) {
  const Schedule s = parse_schedule(" 0,30 9-17/2 1,15 jan-mar MON-FRI ");
  EXPECT_EQ(s.text, "0,30 9-17/2 1,15 jan-mar MON-FRI");
  EXPECT_EQ(s.minutes, (1ULL << 0) | (1ULL << 30));
  EXPECT_EQ(s.hours,
            (1U << 9) | (1U << 11) | (1U << 13) | (1U << 15) | (1U << 17));
  EXPECT_EQ(s.days, (1U << 1) | (1U << 15));
  EXPECT_EQ(s.months, 0xeU);
  EXPECT_EQ(s.weekdays, 0x3eU);
  EXPECT_TRUE(s.either_day);
  EXPECT_TRUE(s.round_the_clock);
  EXPECT_EQ(parse_schedule("0 9 * * 0").weekdays, 1U);
  EXPECT_EQ(parse_schedule("0 9 * * 7").weekdays, 1U);
  EXPECT_EQ(parse_schedule("0 9 * * 5-7").weekdays, 0x61U);
  EXPECT_EQ(parse_schedule("0 9 * * sat-sun").weekdays, 0x41U);
  EXPECT_EQ(parse_schedule("0 9 * * *").weekdays, 0x7fU);
  EXPECT_FALSE(parse_schedule("0 9 * * 1").either_day);
  EXPECT_FALSE(parse_schedule("0 9 */2 * 1").either_day);
  EXPECT_FALSE(parse_schedule("0 9,17 * * *").round_the_clock);
  EXPECT_EQ(parse_schedule("*/15\t* * * *").minutes,
            (1ULL << 0) | (1ULL << 15) | (1ULL << 30) | (1ULL << 45));
  EXPECT_EQ(parse_schedule("0 0 1 january,DEC *").months, 0x1002U);
}

TEST(Schedule, ReadsDaysWithATime) {
  const auto same = [](const std::string& text, const std::string& fields) {
    Schedule a = parse_schedule(text), b = parse_schedule(fields);
    EXPECT_EQ(a.text, text);
    a.text = b.text = "";
    EXPECT_EQ(a, b) << text;
  };
  same("weekdays 9:00", "0 9 * * 1-5");
  same("weekends 10:30", "30 10 * * 0,6");
  same("daily 17:30", "30 17 * * *");
  same("every day at 5pm", "0 17 * * *");
  same("mon,wed,fri 9:00", "0 9 * * 1,3,5");
  same("mon, wed , fri 9:00", "0 9 * * 1,3,5");
  same("Monday 9am", "0 9 * * 1");
  same("mondays at 9 AM", "0 9 * * 1");
  same("every tue-thu 12am", "0 0 * * 2-4");
  same("thurs noon", "0 12 * * 4");
  same("Sunday midnight", "0 0 * * 0");
  same("@daily", "0 0 * * *");
  same("@Midnight", "0 0 * * *");
  same("@hourly", "0 * * * *");
  same("@weekly", "0 0 * * 0");
  same("@monthly", "0 0 1 * *");
  same("@yearly", "0 0 1 1 *");
  same("@annually", "0 0 1 1 *");
}

TEST(Schedule, SaysWhichFieldIsWrongAndWhy) {
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(fault_of(text).find(part), std::string::npos)
        << text << " gives " << fault_of(text);
  };
  says("60 * * * *", "minute: 60 is not from 0 to 59");
  says("0 24 * * *", "hour: 24 is not from 0 to 23");
  says("0 0 0 * *", "day of the month: 0 is not from 1 to 31");
  says("0 0 32 * *", "day of the month: 32 is not");
  says("0 0 1 13 *", "month: 13 is not from 1 to 12");
  says("0 0 * * 8", "weekday: 8 is not from 0 to 7");
  says("0 0 * * foo", "weekday: 'foo' is no value");
  says("0 0 * foo *", "month: 'foo' is no value");
  says("x * * * *", "'x' is no value");
  says("0 9-x * * *", "hour: 'x' is no value");
  says("0 17-9 * * *", "hour: '17-9' goes backwards");
  says("0 0 * * 6-1", "weekday: '6-1' goes backwards");
  says("*/0 * * * *", "minute: '/0' is no step");
  says("*/ * * * *", "minute: '/' is no step");
  says("*/-5 * * * *", "minute: '/-5' is no step");
  says("5/15 * * * *", "minute: '5/15' has a step but no range");
  says("1,,2 * * * *", "minute: a value is missing");
  says("-5 * * * *", "minute: a value is missing");
  says("99999999999999999999 * * * *", "minute: '9");
  says("0 0 * *", "it has 4 fields, not five");
  says("0 0 * * * *", "it has 6 fields, not five");
  says("", "it is empty");
  says("0 0 30 2 *", "that date never comes");
  says("0 0 31 4,6,9,11 *", "that date never comes");
  says("@reboot", "'@reboot' is not known");
  says("@dayly", "did you mean '@daily'?");
  says("@daily 9:00", "more follows '@daily'");
  says("weekdays", "the time of day is missing");
  says("weekdays 25:00", "'25:00' is no time of day");
  says("weekdays 9", "'9' is no time of day");
  says("weekdays 13pm", "'13pm' is no time of day");
  says("weekdays 9:00 Berlin", "'9:00 berlin' is no time of day");
  says("fortnightly 9:00", "weekday: 'fortnightly' is no value");
  EXPECT_EQ(fault_of("0 0 29 2 *"), "");
  // Either will do: a Monday in February comes.
  EXPECT_EQ(fault_of("0 0 30 2 1"), "");
}

TEST(NextAfter, IsStrictlyAfter) {
  EXPECT_EQ(times_of("0 9 * * *", "2026-11-22T09:00:00", "UTC", 1),
            Times{"2026-11-23T09:00:00Z"});
  EXPECT_EQ(times_of("0 9 * * *", "2026-11-22T08:59:59", "UTC", 1),
            Times{"2026-11-22T09:00:00Z"});
  EXPECT_EQ(times_of("*/5 * * * *", "2026-11-22T09:05:00", "UTC", 2),
            (Times{"2026-11-22T09:10:00Z", "2026-11-22T09:15:00Z"}));
  const std::int64_t odd = utc("2026-11-22T08:59:59") + 999;
  EXPECT_EQ(next_after(parse_schedule("* * * * *"), odd, zone_named("UTC")),
            utc("2026-11-22T09:00:00"));
  // Before 1970, too.
  EXPECT_EQ(next_after(parse_schedule("* * * * *"), -1, zone_named("UTC")), 0);
}

TEST(NextAfter, KnowsWeekdaysYearsAndLeapDays) {
  EXPECT_EQ(
      times_of("weekdays 9:00", "2026-11-20T12:00:00", "Europe/Berlin", 2),
      (Times{"2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"}));
  EXPECT_EQ(times_of("@yearly", "2026-06-01T00:00:00", "Asia/Kolkata", 2),
            (Times{"2026-12-31T18:30:00Z", "2027-12-31T18:30:00Z"}));
  EXPECT_EQ(times_of("0 0 29 2 *", "2026-01-01T00:00:00", "UTC", 2),
            (Times{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}));
  EXPECT_EQ(times_of("0 0 29 2 *", "2096-03-01T00:00:00", "UTC", 1),
            Times{"2104-02-29T00:00:00Z"});
  // A star in the weekday restricts nothing, so both must hold.
  EXPECT_EQ(times_of("0 0 29 2 */6", "2026-01-01T00:00:00", "UTC", 1),
            Times{"2032-02-29T00:00:00Z"});
  EXPECT_EQ(times_of("59 23 31 12 *", "2026-12-31T23:58:00", "UTC", 2),
            (Times{"2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"}));
  EXPECT_EQ(times_of("0 12 13 * 5", "2026-11-10T00:00:00", "UTC", 4),
            (Times{"2026-11-13T12:00:00Z", "2026-11-20T12:00:00Z",
                   "2026-11-27T12:00:00Z", "2026-12-04T12:00:00Z"}));
  EXPECT_EQ(times_of("0 12 31 * *", "2026-11-01T00:00:00", "UTC", 3),
            (Times{"2026-12-31T12:00:00Z", "2027-01-31T12:00:00Z",
                   "2027-03-31T12:00:00Z"}));
}

TEST(NextAfter, ComesOnceWhereClocksSkipItsTime) {
  EXPECT_EQ(times_of("30 2 * * *", "2026-03-27T12:00:00", "Europe/Berlin", 3),
            (Times{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z",
                   "2026-03-30T00:30:00Z"}));
  EXPECT_EQ(
      times_of("0,30 2,3 * * *", "2026-03-28T23:30:00", "Europe/Berlin", 3),
      (Times{"2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z",
             "2026-03-30T00:00:00Z"}));
  EXPECT_EQ(
      times_of("15 2 * * *", "2026-10-02T20:00:00", "Australia/Lord_Howe", 2),
      (Times{"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"}));
  EXPECT_EQ(times_of("daily 9:00", "2011-12-29T12:00:00", "Pacific/Apia", 4),
            (Times{"2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z",
                   "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"}));
}

TEST(NextAfter, ComesOnceWhereClocksShowItsTimeTwice) {
  EXPECT_EQ(times_of("30 2 * * *", "2026-10-24T12:00:00", "Europe/Berlin", 2),
            (Times{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}));
  // From between the two.
  EXPECT_EQ(times_of("30 2 * * *", "2026-10-25T01:00:00", "Europe/Berlin", 1),
            Times{"2026-10-26T01:30:00Z"});
  EXPECT_EQ(
      times_of("45 1 * * *", "2026-04-04T00:00:00", "Australia/Lord_Howe", 2),
      (Times{"2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"}));
  EXPECT_EQ(
      times_of("30 1 * * *", "2026-10-31T12:00:00", "America/New_York", 2),
      (Times{"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"}));
}

TEST(NextAfter, RoundTheClockFollowsTheClock) {
  EXPECT_EQ(times_of("30 * * * *", "2026-03-29T00:00:00", "Europe/Berlin", 3),
            (Times{"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z",
                   "2026-03-29T02:30:00Z"}));
  EXPECT_EQ(times_of("30 * * * *", "2026-10-25T00:00:00", "Europe/Berlin", 3),
            (Times{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
                   "2026-10-25T02:30:00Z"}));
  EXPECT_EQ(times_of("0 */2 * * *", "2026-03-28T23:30:00", "Europe/Berlin", 2),
            (Times{"2026-03-29T02:00:00Z", "2026-03-29T04:00:00Z"}));
  EXPECT_EQ(
      times_of("*/20 * * * *", "2026-04-04T14:30:00", "Australia/Lord_Howe", 4),
      (Times{"2026-04-04T14:40:00Z", "2026-04-04T15:10:00Z",
             "2026-04-04T15:30:00Z", "2026-04-04T15:50:00Z"}));
}

TEST(PeriodAfter, IsTheDistanceOfTheNextTwo) {
  const auto period = [](const std::string& schedule) {
    return period_after(parse_schedule(schedule), utc("2026-11-22T00:00:00"),
                        zone_named("UTC"));
  };
  EXPECT_EQ(period("*/5 * * * *"), 5 * kMinuteMs);
  EXPECT_EQ(period("daily 9:00"), kDayMs);
  EXPECT_EQ(period("monday 9:00"), 7 * kDayMs);
}

// What a schedule says of the minute that clocks show, without any skill.
class Walk {
 public:
  Walk(const Schedule& schedule, const Zone& zone)
      : schedule_(schedule), zone_(zone) {}

  // The first minute behind `from` at which it is due, within `minutes`; 0 when
  // there is none.
  std::int64_t next(std::int64_t from, int minutes) const {
    for (int i = 1; i <= minutes; ++i) {
      const std::int64_t time = from + i * kMinuteMs;
      if (is_due(time)) return time;
    }
    return 0;
  }

 private:
  bool shows(const Local& l) const {
    const bool day = schedule_.days >> l.day & 1U;
    const bool weekday = schedule_.weekdays >> l.weekday & 1U;
    return (schedule_.minutes >> l.minute & 1U) &&
           (schedule_.hours >> l.hour & 1U) &&
           (schedule_.months >> l.month & 1U) &&
           (schedule_.either_day ? day || weekday : day && weekday);
  }

  bool is_due(std::int64_t time) const {
    const Local here = zone_.to_local(time);
    if (schedule_.round_the_clock) return shows(here);
    // Shown before: not again.
    if (shows(here) && zone_.to_utc(here) == time) return true;
    // Behind a gap: whether anything in it is due.
    const Local before = zone_.to_local(time - kMinuteMs);
    const std::int64_t from = FixedZone(0).to_utc(before);
    const std::int64_t to = FixedZone(0).to_utc(here);
    for (std::int64_t skipped = from + kMinuteMs; skipped < to;
         skipped += kMinuteMs)
      if (shows(FixedZone(0).to_local(skipped))) return true;
    return false;
  }

  const Schedule& schedule_;
  const Zone& zone_;
};

class Chance {
 public:
  int below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }
  // Not very often anything, else most schedules were never due.
  std::string field(int first, int last, int star_in) {
    if (below(star_in) != 0) return "*";
    const int a = first + below(last - first + 1);
    switch (below(4)) {
      case 0:
        return "*/" + std::to_string(1 + below(last - first));
      case 1: {
        const int b = a + below(last - a + 1);
        return std::to_string(a) + "-" + std::to_string(b);
      }
      case 2:
        return std::to_string(a) + "," +
               std::to_string(first + below(last - first + 1));
      default:
        return std::to_string(a);
    }
  }

 private:
  std::mt19937 random_{20261122};
};

TEST(NextAfter, IsWhatAWalkThroughTheMinutesFinds) {
  struct Place {
    const char* zone;
    const char* from;
  };
  // Around each change of the clocks.
  const std::vector<Place> places = {
      {"Europe/Berlin", "2026-03-28T12:00:00"},
      {"Europe/Berlin", "2026-10-24T12:00:00"},
      {"America/New_York", "2026-03-07T18:00:00"},
      {"America/New_York", "2026-10-31T18:00:00"},
      {"Australia/Lord_Howe", "2026-10-03T03:00:00"},
      {"Australia/Lord_Howe", "2026-04-04T03:00:00"},
      {"Pacific/Apia", "2011-12-29T20:00:00"},
      {"Asia/Kolkata", "2026-12-31T06:00:00"},
      {"UTC", "2028-02-28T12:00:00"}};
  constexpr int kMinutes = 2 * 24 * 60;
  Chance chance;
  int found = 0;
  for (int round = 0; round < 270; ++round) {
    const Place& place =
        places[static_cast<std::size_t>(round) % places.size()];
    const std::string text =
        chance.field(0, 59, 1) + " " + chance.field(0, 23, 2) + " " +
        chance.field(1, 31, 3) + " " + "*" + " " + chance.field(0, 6, 3);
    const Schedule schedule = parse_schedule(text);
    const Zone& zone = zone_named(place.zone);
    const Walk walk(schedule, zone);
    const std::int64_t start = utc(place.from);
    for (std::int64_t time = start; time < start + kMinutes * kMinuteMs;) {
      const auto left =
          static_cast<int>((start + kMinutes * kMinuteMs - time) / kMinuteMs);
      const std::int64_t expected = walk.next(time, left);
      const std::int64_t next = next_after(schedule, time, zone);
      if (expected == 0) {
        ASSERT_GT(next, start + kMinutes * kMinuteMs)
            << text << " in " << place.zone << " after "
            << text::iso_time(time);
        break;
      }
      ASSERT_EQ(text::iso_time(next), text::iso_time(expected))
          << text << " in " << place.zone << " after " << text::iso_time(time);
      ++found;
      time = next;
    }
  }
  EXPECT_GT(found, 3000);
}

}  // namespace
}  // namespace orch::calendar
