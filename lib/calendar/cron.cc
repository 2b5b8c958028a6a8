// SPDX-License-Identifier: MIT
//
// Reads schedules: the fields of cron(8), its nicknames, and days with a time.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "calendar/clock_time.h"
#include "calendar/names.h"
#include "calendar/schedule.h"
#include "error/error.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::calendar {
namespace {

constexpr std::uint32_t kEveryDay = 0xfffffffe;
constexpr std::uint32_t kEveryMonth = 0x1ffe;
constexpr std::uint32_t kEveryWeekday = 0x7f;
constexpr char kForms[] =
    "as '0 9 * * 1-5', 'weekdays 9:00', 'mon,wed 17:30', '@daily'";

struct Field {
  std::string_view name;
  int first, last;
  std::optional<int> (*find_name)(std::string_view) = nullptr;
};

constexpr std::array<Field, 5> kFields = {{{"minute", 0, 59},
                                           {"hour", 0, 23},
                                           {"day of the month", 1, 31},
                                           {"month", 1, 12, find_month},
                                           {"weekday", 0, 7, find_weekday}}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Error(ErrorCode::Usage,
              "'" + std::string(text) + "' is no schedule: " + why, kForms);
}

class FieldParser {
 public:
  FieldParser(const Field& field, std::string_view whole)
      : field_(field), whole_(whole) {}

  std::uint64_t parse(const std::string& text) const {
    std::uint64_t set = 0;
    for (const std::string& item : text::split(text, ',')) set |= items(item);
    return set;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    refuse(whole_, std::string(field_.name) + ": " + why);
  }

  int number(const std::string& text) const {
    if (field_.find_name)
      if (const auto named = field_.find_name(text)) return *named;
    const bool digits = !text.empty() && text.size() <= 4 &&
                        std::all_of(text.begin(), text.end(),
                                    [](char c) { return is_digit(c); });
    if (!digits)
      fail(text.empty() ? "a value is missing" : "'" + text + "' is no value");
    const int value = std::stoi(text);
    if (value < field_.first || value > field_.last)
      fail(text + " is not from " + std::to_string(field_.first) + " to " +
           std::to_string(field_.last));
    return value;
  }

  int step_of(const std::string& text) const {
    const bool digits = !text.empty() && text.size() <= 2 &&
                        std::all_of(text.begin(), text.end(),
                                    [](char c) { return is_digit(c); });
    const int step = digits ? std::stoi(text) : 0;
    if (step == 0) fail("'/" + text + "' is no step");
    return step;
  }

  // One part between commas.
  std::uint64_t items(const std::string& text) const {
    const std::size_t slash = text.find('/');
    const std::string range = text.substr(0, slash);
    const int step =
        slash == std::string::npos ? 1 : step_of(text.substr(slash + 1));
    int from = field_.first, to = field_.last;
    if (range != "*") {
      const std::size_t dash = range.find('-');
      from = number(range.substr(0, dash));
      to = dash == std::string::npos ? from : number(range.substr(dash + 1));
      // Sunday ends a week as well as it begins one.
      if (field_.last == 7 && to == 0 && from > 0) to = 7;
      if (dash == std::string::npos && slash != std::string::npos)
        fail("'" + text + "' has a step but no range");
      if (to < from) fail("'" + range + "' goes backwards");
    }
    std::uint64_t set = 0;
    for (int i = from; i <= to; i += step)
      set |= std::uint64_t{1} << (field_.last == 7 ? i % 7 : i);
    return set;
  }

  const Field& field_;
  std::string_view whole_;
};

bool comes_some_day(const Schedule& s) {
  if (s.either_day) return true;
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= days_in(2000, month); ++day)
      if ((s.months >> month & 1U) && (s.days >> day & 1U)) return true;
  return false;
}

Schedule parse_fields(const std::vector<std::string>& words,
                      std::string_view text) {
  if (words.size() != kFields.size())
    refuse(text, "it has " + text::count_of(words.size(), "field") +
                     ", not five (minute, hour, day, month, weekday)");
  std::array<std::uint64_t, 5> sets{};
  for (std::size_t i = 0; i < kFields.size(); ++i)
    sets[i] = FieldParser(kFields[i], text).parse(words[i]);
  Schedule s;
  s.minutes = sets[0];
  s.hours = static_cast<std::uint32_t>(sets[1]);
  s.days = static_cast<std::uint32_t>(sets[2]);
  s.months = static_cast<std::uint32_t>(sets[3]);
  s.weekdays = static_cast<std::uint32_t>(sets[4]);
  // As cron has it: what begins with a star restricts nothing.
  s.either_day = !words[2].starts_with('*') && !words[4].starts_with('*');
  s.round_the_clock = words[1].find_first_of("*/") != std::string::npos;
  if (!comes_some_day(s))
    refuse(text, "day of the month: that date never comes");
  return s;
}

Schedule parse_nickname(const std::string& name, std::string_view text) {
  constexpr std::array<std::array<std::string_view, 2>, 7> kNicknames = {{
      {"@hourly", "0 * * * *"},
      {"@daily", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},
      {"@monthly", "0 0 1 * *"},
      {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"},
  }};
  std::vector<std::string> known;
  for (const auto& [nickname, fields] : kNicknames) {
    if (name == nickname)
      return parse_fields(text::split_list(fields, ' '), text);
    known.emplace_back(nickname);
  }
  const std::string near = text::nearest(name, known);
  refuse(text, "'" + name + "' is not known" +
                   (near.empty() ? "" : ", did you mean '" + near + "'?"));
}

// "mon,wed-fri", "weekdays", "daily".
std::uint32_t parse_days(const std::string& days, std::string_view text) {
  if (days == "daily" || days == "day" || days == "days") return kEveryWeekday;
  if (days == "weekdays" || days == "weekday") return 0x3e;
  if (days == "weekends" || days == "weekend") return 0x41;
  return static_cast<std::uint32_t>(FieldParser(kFields[4], text).parse(days));
}

// Whether it begins as days with a time do, rather than as a field.
bool names_days(const std::string& word) {
  return word == "every" || (!word.empty() && is_letter(word[0]));
}

Schedule parse_days_and_time(std::vector<std::string> words,
                             std::string_view text) {
  if (words.front() == "every") words.erase(words.begin());
  std::string days;
  std::size_t next = 0;
  // A list may have blanks behind its commas.
  while (next < words.size() &&
         (next == 0 || days.ends_with(',') || words[next].starts_with(',')))
    days += words[next++];
  if (next < words.size() && words[next] == "at") ++next;
  std::string rest;
  for (; next < words.size(); ++next)
    rest += (rest.empty() ? "" : " ") + words[next];
  Schedule s;
  s.weekdays = parse_days(days, text);
  if (rest.empty()) refuse(text, "the time of day is missing");
  Cursor cursor(rest);
  const auto time = take_clock_time(cursor);
  if (!time || time->bare || time->second != 0 || !cursor.at_end())
    refuse(text, "'" + rest + "' is no time of day");
  s.minutes = std::uint64_t{1} << time->minute;
  s.hours = 1U << time->hour;
  s.days = kEveryDay;
  s.months = kEveryMonth;
  return s;
}

}  // namespace

Schedule parse_schedule(std::string_view text) {
  const std::string whole(text::trim(text));
  std::string blank = text::lower(whole);
  std::replace(blank.begin(), blank.end(), '\t', ' ');
  const auto words = text::split_list(blank, ' ');
  if (words.empty()) refuse(whole, "it is empty");
  Schedule s;
  if (words[0].starts_with('@')) {
    if (words.size() > 1) refuse(whole, "more follows '" + words[0] + "'");
    s = parse_nickname(words[0], whole);
  } else if (names_days(words[0])) {
    s = parse_days_and_time(words, whole);
  } else {
    s = parse_fields(words, whole);
  }
  s.text = whole;
  return s;
}

}  // namespace orch::calendar
