// SPDX-License-Identifier: MIT
#include "calendar/zone.h"

namespace orch::calendar {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

int days_in(int year, int month) {
  if (month == 2) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Both count in eras of 400 years that begin on a first of March, so that the
// leap day is the last of its year.
std::int64_t day_number(int year, int month, int day) {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(y, 400);
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
         719468;
}

Local date_of(std::int64_t number) {
  const std::int64_t shifted = number + 719468;
  const std::int64_t era = floor_divide(shifted, 146097);
  const std::int64_t of_era = shifted - era * 146097;
  const std::int64_t year =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;  // from March
  Local out;
  out.day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  out.year = static_cast<int>(year + era * 400 + (out.month <= 2 ? 1 : 0));
  out.weekday = static_cast<int>((number % 7 + 11) % 7);
  return out;
}

Local FixedZone::to_local(std::int64_t instant) const {
  const std::int64_t seconds = floor_divide(instant + offset_, kSecondMs);
  const std::int64_t day = floor_divide(seconds, 86400);
  const auto rest = static_cast<int>(seconds - day * 86400);
  Local out = date_of(day);
  out.hour = rest / 3600;
  out.minute = rest / 60 % 60;
  out.second = rest % 60;
  return out;
}

std::int64_t FixedZone::to_utc(const Local& l) const {
  return day_number(l.year, l.month, l.day) * kDayMs + l.hour * kHourMs +
         l.minute * kMinuteMs + l.second * kSecondMs - offset_;
}

}  // namespace orch::calendar
