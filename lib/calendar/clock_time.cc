// SPDX-License-Identifier: MIT
#include "calendar/clock_time.h"

namespace orch::calendar {
namespace {

enum class Half { None, Before, After };  // of noon

// "am", "AM", "a.m.", with or without a blank before it.
Half take_half(Cursor& cursor) {
  Cursor ahead = cursor;
  ahead.skip_blank();
  const char first = ahead.peek();
  Half half = Half::None;
  if (first == 'a' || first == 'A') half = Half::Before;
  if (first == 'p' || first == 'P') half = Half::After;
  if (half == Half::None || !ahead.take(first)) return Half::None;
  const bool dotted = ahead.take('.');
  if (!ahead.take_word("m")) return Half::None;
  if (dotted) ahead.take('.');
  cursor = ahead;
  return half;
}

bool take_two_digits(Cursor& cursor, int& value) {
  const auto number = cursor.take_number();
  if (!number || number->digits != 2 || number->value > 59) return false;
  value = static_cast<int>(number->value);
  return true;
}

}  // namespace

std::optional<ClockTime> take_clock_time(Cursor& cursor) {
  Cursor ahead = cursor;
  ClockTime out;
  if (ahead.take_word("noon") || ahead.take_word("midnight")) {
    out.hour = ahead.at() - cursor.at() == 4 ? 12 : 0;
    cursor = ahead;
    return out;
  }
  const auto hour = ahead.take_number();
  if (!hour || hour->digits > 2) return std::nullopt;
  out.hour = static_cast<int>(hour->value);
  out.bare = true;
  if (ahead.take(':')) {
    out.bare = false;
    if (!take_two_digits(ahead, out.minute)) return std::nullopt;
    if (ahead.take(':') && !take_two_digits(ahead, out.second))
      return std::nullopt;
  }
  const Half half = take_half(ahead);
  if (half != Half::None) {
    out.bare = false;
    if (out.hour < 1 || out.hour > 12) return std::nullopt;
    out.hour = out.hour % 12 + (half == Half::After ? 12 : 0);
  }
  // "09:00Z" says which zone.
  const bool more = is_letter(ahead.peek()) && ahead.peek() != 'Z';
  if (out.hour > 23 || more || is_digit(ahead.peek())) return std::nullopt;
  cursor = ahead;
  return out;
}

}  // namespace orch::calendar
