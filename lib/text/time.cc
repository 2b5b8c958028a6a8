// SPDX-License-Identifier: MIT
#include "text/time.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace orch::text {
namespace {

constexpr Milliseconds kSecond = 1000;
constexpr Milliseconds kMinute = 60 * kSecond;
constexpr Milliseconds kHour = 60 * kMinute;
constexpr Milliseconds kDay = 24 * kHour;

std::optional<int> digits(std::string_view s, std::size_t at, std::size_t n) {
  int value = 0;
  for (std::size_t i = at; i < at + n; ++i) {
    if (i >= s.size() || s[i] < '0' || s[i] > '9') return std::nullopt;
    value = value * 10 + (s[i] - '0');
  }
  return value;
}

int days_in(int year, int month) {
  if (month == 2) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

}  // namespace

std::string iso_time(Milliseconds instant) {
  Milliseconds seconds = instant / kSecond;
  if (instant % kSecond < 0) --seconds;
  const auto when = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return buffer.data();
}

std::optional<Milliseconds> parse_iso_time(std::string_view iso) {
  if (iso.ends_with('Z')) iso.remove_suffix(1);
  if (iso.size() != 19 || iso[4] != '-' || iso[7] != '-' ||
      (iso[10] != 'T' && iso[10] != ' ') || iso[13] != ':' || iso[16] != ':')
    return std::nullopt;
  const auto year = digits(iso, 0, 4), month = digits(iso, 5, 2),
             day = digits(iso, 8, 2), hour = digits(iso, 11, 2),
             minute = digits(iso, 14, 2), second = digits(iso, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second)
    return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 ||
      *day > days_in(*year, *month) || *hour > 23 || *minute > 59 ||
      *second > 60)
    return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  return static_cast<Milliseconds>(timegm(&parts)) * kSecond;
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::size_t end = 0;
  Milliseconds value = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
    value = value * 10 + (text[end++] - '0');
    if (value > 100LL * 366 * 24 * 3600) return std::nullopt;
  }
  if (end == 0) return std::nullopt;
  const std::string_view unit = text.substr(end);
  Milliseconds scale = 0;
  if (unit == "s")
    scale = kSecond;
  else if (unit.empty() || unit == "m")
    scale = kMinute;
  else if (unit == "h")
    scale = kHour;
  else if (unit == "d")
    scale = kDay;
  else
    return std::nullopt;
  if (value > 100 * 366 * kDay / scale) return std::nullopt;
  return value * scale;
}

std::string short_age(Milliseconds duration) {
  if (duration < kSecond) return "now";
  if (duration < kMinute) return std::to_string(duration / kSecond) + "s";
  if (duration < kHour) return std::to_string(duration / kMinute) + "m";
  if (duration < 2 * kDay) return std::to_string(duration / kHour) + "h";
  return std::to_string(duration / kDay) + "d";
}

std::string duration_text(Milliseconds duration) {
  if (duration % kDay == 0) return std::to_string(duration / kDay) + "d";
  if (duration % kHour == 0) return std::to_string(duration / kHour) + "h";
  if (duration % kMinute == 0) return std::to_string(duration / kMinute) + "m";
  return std::to_string(duration / kSecond) + "s";
}

}  // namespace orch::text
