// SPDX-License-Identifier: MIT
#include "calendar/reset.h"

#include <array>

#include "calendar/moment.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::calendar {
namespace {

constexpr std::int64_t kYearMs = 366 * kDayMs;
constexpr int kMostWordsBetween = 8;

// What stands before the time, the surest first: a message may also say when
// the CLI tries again by itself.
constexpr std::array<std::string_view, 9> kLeads = {
    "reset",     "restore", "renew", "try again", "retry",
    "available", "until",   "wait",  "|"};

// A word between "resets" and the time.
bool is_between(std::string_view word) {
  constexpr std::array<std::string_view, 17> kWords = {
      "at",    "on",        "in",    "after", "by",    "around",
      "is",    "time",      "will",  "be",    "again", "the",
      "delay", "timestamp", "about", "next",  "for"};
  for (const std::string_view known : kWords)
    if (word == known) return true;
  return false;
}

// A minus before digits is none: no time is negative.
bool skip_mark(Cursor& cursor) {
  const char mark = cursor.peek();
  if (mark == '\0' ||
      std::string_view(":=\"'-|_,([\\").find(mark) == std::string_view::npos)
    return false;
  Cursor ahead = cursor;
  ahead.take(mark);
  if (mark == '-' && is_digit(ahead.peek())) return false;
  cursor = ahead;
  return true;
}

struct Lead {
  bool is_header = false;  // a bare number is a span
  std::int64_t unit = kSecondMs;
};

// To where the time begins, if one does.
void skip_between(Cursor& cursor, Lead& lead) {
  for (int i = 0; i < kMostWordsBetween;) {
    cursor.skip_blank();
    if (skip_mark(cursor)) continue;
    Cursor ahead = cursor;
    const std::string word = ahead.take_letters();
    if (word == "ms") lead.unit = 1;
    if (word != "ms" && !is_between(word)) break;
    if (word == "after") lead.is_header = true;
    cursor = ahead;
    ++i;
  }
}

// From within a word: "resets", "resetAt", "retryAfterMs".
Lead skip_lead(Cursor& cursor) {
  Lead lead;
  const std::string rest = cursor.take_letters();
  lead.is_header = rest.ends_with("after") || rest.ends_with("afterms");
  if (rest.ends_with("ms")) lead.unit = 1;
  skip_between(cursor, lead);
  return lead;
}

// "retry-after: 120".
std::optional<Moment> take_header(Cursor& cursor, const Lead& lead) {
  Cursor ahead = cursor;
  const auto number = ahead.take_number(true);
  if (!lead.is_header || !number || number->digits > 9 ||
      is_letter(ahead.peek()) || ahead.peek() == ':')
    return std::nullopt;
  cursor = ahead;
  Moment out;
  out.from_now =
      number->value * lead.unit + number->thousandths * lead.unit / 1000;
  return out;
}

std::optional<Reset> reset_of(const std::optional<Moment>& moment,
                              std::string_view part, std::int64_t now,
                              const Zones& zones) {
  if (!moment || !moment->unknown_zone.empty()) return std::nullopt;
  const auto at = find_instant(*moment, now, zones.local());
  if (!at || *at > now + kYearMs || *at < now - kDayMs) return std::nullopt;
  return Reset{*at, std::string(text::trim(part))};
}

// The time behind a lead that ends at `at`.
std::optional<Reset> read_behind(std::string_view text, std::size_t at,
                                 std::int64_t now, const Zones& zones) {
  Cursor cursor(text, at);
  const Lead lead = skip_lead(cursor);
  const std::size_t begin = cursor.at();
  auto moment = take_moment(cursor, zones);
  if (!moment) moment = take_header(cursor, lead);
  Cursor behind = cursor;
  behind.skip_blank();
  // A time of day in the past, and a number with more behind it.
  if (behind.take_word("ago") || is_letter(cursor.peek()) ||
      is_digit(cursor.peek()))
    return std::nullopt;
  return reset_of(moment, text.substr(begin, cursor.at() - begin), now, zones);
}

// The text is the time and nothing else.
std::optional<Reset> read_whole(std::string_view text, std::int64_t now,
                                const Zones& zones) {
  Cursor cursor(text);
  Lead none;
  skip_between(cursor, none);
  const std::size_t begin = cursor.at();
  const auto moment = take_moment(cursor, zones);
  const std::string_view part = text.substr(begin, cursor.at() - begin);
  cursor.skip_blank();
  while (cursor.take('.') || cursor.take(')') || cursor.take('"'))
    cursor.skip_blank();
  if (!cursor.at_end()) return std::nullopt;
  return reset_of(moment, part, now, zones);
}

}  // namespace

std::optional<Reset> parse_reset(std::string_view text, std::int64_t now,
                                 const Zones& zones) {
  const std::string small = text::lower(text);
  bool led = false;
  for (const std::string_view lead : kLeads)
    for (std::size_t at = small.find(lead); at != std::string::npos;
         at = small.find(lead, at + lead.size())) {
      led = true;
      if (auto reset = read_behind(text, at + lead.size(), now, zones))
        return reset;
    }
  return led ? std::nullopt : read_whole(text, now, zones);
}

}  // namespace orch::calendar
