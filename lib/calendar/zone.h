// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Time as calendars and clocks on a wall show it. Pure: what the zones of the
// world are comes from the door `zone`, or from whoever stands in for it.
namespace orch::calendar {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// A date and a time of day in some zone, of the Gregorian calendar.
struct Local {
  int year = 1970;
  int month = 1;    // 1 to 12
  int day = 1;      // 1 to 31
  int hour = 0;     // 0 to 23
  int minute = 0;   // 0 to 59
  int second = 0;   // 0 to 59
  int weekday = 4;  // 0 is Sunday; set by to_local, not read by to_utc
  bool operator==(const Local&) const = default;
};

// 28 to 31.
int days_in(int year, int month);
// Days since 1970-01-01 of a date, and back; back, the time is midnight.
std::int64_t day_number(int year, int month, int day);
Local date_of(std::int64_t day_number);

// A time zone. Instants are milliseconds since 1970-01-01T00:00:00Z; fractions
// of a second are cut off.
class Zone {
 public:
  virtual ~Zone() = default;
  virtual Local to_local(std::int64_t instant) const = 0;
  // Of a time that clocks skip, the first instant behind the gap; of one that
  // they show twice, the first.
  virtual std::int64_t to_utc(const Local& local) const = 0;
};

// A zone whose clocks are always as far from UTC.
class FixedZone : public Zone {
 public:
  explicit FixedZone(std::int64_t offset_ms) : offset_(offset_ms) {}
  Local to_local(std::int64_t instant) const override;
  std::int64_t to_utc(const Local& local) const override;

 private:
  std::int64_t offset_;  // east of UTC is positive
};

class Zones {
 public:
  virtual ~Zones() = default;
  // By a name of IANA's list ("Europe/Berlin"), or "UTC", "GMT", "Z" in any
  // case; null when it is not known. Lives as long as this.
  virtual const Zone* find(std::string_view name) const = 0;
  // Where this machine's clock is.
  virtual const Zone& local() const = 0;
  // The name by which `find` gives it.
  virtual const std::string& local_name() const = 0;
};

}  // namespace orch::calendar
