// SPDX-License-Identifier: MIT
#include "calendar/names.h"

#include <array>

#include "calendar/zone.h"

namespace orch::calendar {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {
    "sunday",   "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday"};

struct Abbreviation {
  std::string_view name;
  int minutes;  // east of UTC
};
constexpr std::array<Abbreviation, 43> kAbbreviations = {{
    {"utc", 0},     {"gmt", 0},     {"z", 0},      {"wet", 0},    {"west", 60},
    {"bst", 60},    {"cet", 60},    {"met", 60},   {"cest", 120}, {"eet", 120},
    {"sast", 120},  {"eest", 180},  {"msk", 180},  {"gst", 240},  {"pkt", 300},
    {"ist", 330},   {"npt", 345},   {"wib", 420},  {"ict", 420},  {"hkt", 480},
    {"sgt", 480},   {"awst", 480},  {"jst", 540},  {"kst", 540},  {"acst", 570},
    {"aest", 600},  {"acdt", 630},  {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
    {"brt", -180},  {"art", -180},  {"edt", -240}, {"est", -300}, {"cdt", -300},
    {"cst", -360},  {"mdt", -360},  {"mst", -420}, {"pdt", -420}, {"pst", -480},
    {"akdt", -480}, {"akst", -540}, {"hst", -600},
}};

}  // namespace

std::optional<int> find_month(std::string_view name) {
  if (name == "sept") return 9;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (name == kMonths[i] || name == kMonths[i].substr(0, 3))
      return static_cast<int>(i) + 1;
  return std::nullopt;
}

std::optional<int> find_weekday(std::string_view name) {
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    std::string_view whole = name;
    if (whole.size() > 4 && whole.ends_with('s')) whole.remove_suffix(1);
    // Any beginning of three letters or more: tue, tues, thur, thurs.
    if (whole == kWeekdays[i] || (name.size() >= 3 && name.size() <= 5 &&
                                  kWeekdays[i].starts_with(name)))
      return static_cast<int>(i);
  }
  return std::nullopt;
}

std::optional<std::int64_t> find_offset(std::string_view abbreviation) {
  for (const Abbreviation& a : kAbbreviations)
    if (a.name == abbreviation) return a.minutes * kMinuteMs;
  return std::nullopt;
}

}  // namespace orch::calendar
