// SPDX-License-Identifier: MIT
#include "calendar/moment.h"

#include "calendar/names.h"
#include "text/case.h"

namespace orch::calendar {
namespace {

constexpr std::int64_t kMostOfAUnit = 1000000000;
constexpr std::int64_t kMostOffset = 15 * kHourMs;

std::int64_t unit_named(const std::string& name) {
  const auto is = [&](std::initializer_list<std::string_view> names) {
    for (const std::string_view n : names)
      if (name == n) return true;
    return false;
  };
  if (is({"ms", "msec", "msecs", "millisecond", "milliseconds"})) return 1;
  if (is({"s", "sec", "secs", "second", "seconds"})) return kSecondMs;
  if (is({"m", "min", "mins", "minute", "minutes"})) return kMinuteMs;
  if (is({"h", "hr", "hrs", "hour", "hours"})) return kHourMs;
  if (is({"d", "day", "days"})) return kDayMs;
  if (is({"w", "wk", "week", "weeks"})) return 7 * kDayMs;
  return 0;
}

class MomentReader {
 public:
  MomentReader(Cursor& cursor, const Zones& zones)
      : cursor_(cursor), zones_(zones) {}

  bool read(Moment& out) {
    bool any = false;
    for (;;) {
      Cursor ahead = cursor_;
      const bool at = any && skip_between(ahead);
      const Cursor before = cursor_;
      cursor_ = ahead;
      if (!read_part(out, at)) {
        cursor_ = before;
        return any;
      }
      // A zone alone is no time.
      any = any || out.time || out.has_day();
      if (!any) return false;
    }
  }

 private:
  // Between two parts; whether one of the words was "at".
  static bool skip_between(Cursor& cursor) {
    bool at = false;
    for (;;) {
      cursor.skip_blank();
      if (cursor.take(',')) continue;
      if (cursor.take_word("at")) {
        at = true;
        continue;
      }
      if (!cursor.take_any_word({"on", "of", "the"})) return at;
    }
  }

  bool read_part(Moment& out, bool behind_at) {
    if (out.month == 0 && (read_iso_date(out) || read_date(out))) return true;
    if (!out.weekday && read_weekday(out)) return true;
    if (!out.days_ahead && read_day_ahead(out)) return true;
    if (!out.time && read_time(out, behind_at)) return true;
    return out.time && !out.zone && !out.offset && out.unknown_zone.empty() &&
           read_zone(out);
  }

  bool read_iso_date(Moment& out) {
    Cursor ahead = cursor_;
    const auto year = ahead.take_number();
    if (!year || year->digits != 4 || !ahead.take('-')) return false;
    const auto month = ahead.take_number();
    if (!month || month->digits != 2 || !ahead.take('-')) return false;
    const auto day = ahead.take_number();
    if (!day || day->digits != 2) return false;
    out.year = static_cast<int>(year->value);
    out.month = static_cast<int>(month->value);
    out.day = static_cast<int>(day->value);
    Cursor behind_t = ahead;
    if (behind_t.take('T') && is_digit(behind_t.peek())) ahead = behind_t;
    cursor_ = ahead;
    return true;
  }

  static int take_day(Cursor& cursor) {
    Cursor ahead = cursor;
    const auto day = ahead.take_number();
    if (!day || day->digits > 2 || day->value < 1 || day->value > 31) return 0;
    ahead.take_any_word({"st", "nd", "rd", "th"});
    if (is_letter(ahead.peek()) || ahead.peek() == ':') return 0;
    cursor = ahead;
    return static_cast<int>(day->value);
  }

  static int take_month(Cursor& cursor) {
    Cursor ahead = cursor;
    const auto month = find_month(ahead.take_letters());
    if (!month) return 0;
    ahead.take('.');
    cursor = ahead;
    return *month;
  }

  static void skip_in_date(Cursor& cursor) {
    cursor.skip_blank();
    cursor.take(',');
    cursor.skip_blank();
    // As Portuguese and Spanish write a date.
    cursor.take_any_word({"of", "de"});
    cursor.skip_blank();
  }

  // "Nov 25", "November 25th, 2026", "25 Nov 2026", "10 de jul. de 2026".
  bool read_date(Moment& out) {
    Cursor ahead = cursor_;
    int month = take_month(ahead);
    const bool month_first = month > 0;
    if (month_first) skip_in_date(ahead);
    const int day = take_day(ahead);
    if (day == 0) return false;
    if (!month_first) {
      skip_in_date(ahead);
      month = take_month(ahead);
      if (month == 0) return false;
    }
    cursor_ = ahead;
    out.month = month;
    out.day = day;
    skip_in_date(ahead);
    const auto year = ahead.take_number();
    if (year && year->digits == 4 && ahead.peek() != ':') {
      out.year = static_cast<int>(year->value);
      cursor_ = ahead;
    }
    return true;
  }

  bool read_weekday(Moment& out) {
    Cursor ahead = cursor_;
    const auto weekday = find_weekday(ahead.take_letters());
    if (!weekday) return false;
    out.weekday = weekday;
    cursor_ = ahead;
    return true;
  }

  bool read_day_ahead(Moment& out) {
    if (cursor_.take_word("today"))
      out.days_ahead = 0;
    else if (cursor_.take_word("tomorrow"))
      out.days_ahead = 1;
    return out.days_ahead.has_value();
  }

  bool read_time(Moment& out, bool behind_at) {
    Cursor ahead = cursor_;
    const auto time = take_clock_time(ahead);
    if (!time || (time->bare && !(behind_at && out.has_day()))) return false;
    Cursor fraction = ahead;
    if (fraction.take('.') && fraction.take_number()) ahead = fraction;
    out.time = time;
    cursor_ = ahead;
    return true;
  }

  bool read_zone(Moment& out) {
    Cursor ahead = cursor_;
    const bool enclosed = ahead.take('(') || ahead.take('[');
    if (enclosed) ahead.skip_blank();
    const std::string name = ahead.take_while([](char c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == '/' || c == '+' ||
             c == '-' || c == ':';
    });
    if (enclosed) {
      ahead.skip_blank();
      if (!ahead.take(')') && !ahead.take(']')) return false;
    }
    if (name.empty() || !find_zone(name, out)) return false;
    cursor_ = ahead;
    return true;
  }

  // Also takes what can only be meant as one, so that it is not passed over.
  bool find_zone(const std::string& name, Moment& out) {
    const std::string small = text::lower(name);
    const bool of_utc = small.starts_with("utc") || small.starts_with("gmt");
    out.offset = of_utc ? offset_in(small.substr(3)) : offset_in(small);
    if (!out.offset) out.offset = find_offset(small);
    if (out.offset) return true;
    const bool capital = name[0] >= 'A' && name[0] <= 'Z';
    if (!capital) return false;
    out.zone = zones_.find(name);
    if (!out.zone && name.find(':') == std::string::npos &&
        (name.find('/') != std::string::npos || is_abbreviation(name)))
      out.unknown_zone = name;
    return out.zone || !out.unknown_zone.empty();
  }

  static bool is_abbreviation(const std::string& name) {
    if (name.size() < 3 || name.size() > 5) return false;
    for (const char c : name)
      if (c < 'A' || c > 'Z') return false;
    return true;
  }

  // "+2", "-03:00", "+0530".
  static std::optional<std::int64_t> offset_in(const std::string& text) {
    Cursor cursor(text);
    const bool west = cursor.take('-');
    if (!west && !cursor.take('+')) return std::nullopt;
    const auto number = cursor.take_number();
    if (!number || number->digits > 4) return std::nullopt;
    std::int64_t hours = number->value, minutes = 0;
    if (number->digits > 2) {
      minutes = hours % 100;
      hours /= 100;
    } else if (cursor.take(':')) {
      const auto rest = cursor.take_number();
      if (!rest || rest->digits != 2) return std::nullopt;
      minutes = rest->value;
    }
    const std::int64_t offset = hours * kHourMs + minutes * kMinuteMs;
    if (!cursor.at_end() || minutes > 59 || offset > kMostOffset)
      return std::nullopt;
    return west ? -offset : offset;
  }

  Cursor& cursor_;
  const Zones& zones_;
};

std::optional<std::int64_t> take_epoch(Cursor& cursor) {
  Cursor ahead = cursor;
  const auto number = ahead.take_number();
  if (!number || (number->digits != 10 && number->digits != 13) ||
      is_letter(ahead.peek()) || is_digit(ahead.peek()))
    return std::nullopt;
  cursor = ahead;
  return number->digits == 10 ? number->value * kSecondMs : number->value;
}

}  // namespace

std::optional<std::int64_t> take_span(Cursor& cursor) {
  std::optional<std::int64_t> total;
  Cursor ahead = cursor;
  for (;;) {
    if (total) {
      ahead.skip_blank();
      if (ahead.take(',')) ahead.skip_blank();
      if (ahead.take_word("and")) ahead.skip_blank();
    }
    const auto number = ahead.take_number(true);
    if (!number || number->value > kMostOfAUnit) break;
    ahead.skip_blank();
    const std::int64_t unit = unit_named(ahead.take_letters());
    if (unit == 0) break;
    total = total.value_or(0) + number->value * unit +
            number->thousandths * unit / 1000;
    cursor = ahead;
  }
  return total;
}

std::optional<Moment> take_moment(Cursor& cursor, const Zones& zones) {
  Moment out;
  out.from_now = take_span(cursor);
  if (out.from_now) return out;
  out.instant = take_epoch(cursor);
  if (out.instant) return out;
  Cursor ahead = cursor;
  if (!MomentReader(ahead, zones).read(out)) return std::nullopt;
  cursor = ahead;
  return out;
}

std::optional<std::int64_t> find_instant(const Moment& m, std::int64_t now,
                                         const Zone& default_zone) {
  if (m.from_now) return now + *m.from_now;
  if (m.instant) return m.instant;
  const FixedZone fixed(m.offset.value_or(0));
  const Zone& zone = m.offset ? fixed : m.zone ? *m.zone : default_zone;
  const Local today = zone.to_local(now);
  const std::int64_t day = day_number(today.year, today.month, today.day);
  const auto at = [&](Local local) {
    const ClockTime time = m.time.value_or(ClockTime{});
    local.hour = time.hour;
    local.minute = time.minute;
    local.second = time.second;
    return zone.to_utc(local);
  };
  if (m.month > 0) {
    const auto in = [&](int year) -> std::optional<std::int64_t> {
      if (m.month > 12 || m.day < 1 || m.day > days_in(year, m.month))
        return std::nullopt;
      return at({.year = year, .month = m.month, .day = m.day});
    };
    if (m.year) return in(*m.year);
    for (int year = today.year - 1; year <= today.year + 8; ++year)
      if (const auto time = in(year); time && *time >= now - kDayMs)
        return time;
    return std::nullopt;
  }
  if (m.days_ahead) return at(date_of(day + *m.days_ahead));
  std::int64_t first = day, step = 1;
  if (m.weekday) {
    first += (*m.weekday - today.weekday + 7) % 7;
    step = 7;
  }
  const std::int64_t time = at(date_of(first));
  return time < now ? at(date_of(first + step)) : time;
}

}  // namespace orch::calendar
