// SPDX-License-Identifier: MIT
#include "calendar/when.h"

#include "calendar/moment.h"
#include "error/error.h"
#include "text/text.h"

namespace orch::calendar {
namespace {

constexpr char kForms[] =
    "as 17:30, '2026-11-25 09:00 Europe/Berlin', 'tomorrow 9:00', 'in 2h'";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Error(ErrorCode::Usage, "'" + std::string(text) + "' is no time" + why,
              kForms);
}

}  // namespace

std::int64_t parse_when(std::string_view text, std::int64_t now,
                        const Zones& zones, const Zone* zone) {
  const std::string_view whole = text::trim(text);
  Cursor cursor(whole);
  const bool from_now = cursor.take_word("in");
  cursor.take_any_word({"at", "on", "next"});
  cursor.skip_blank();
  const auto moment = take_moment(cursor, zones);
  if (!moment || from_now != moment->from_now.has_value()) refuse(whole, "");
  if (!moment->unknown_zone.empty())
    throw Error(ErrorCode::Usage,
                "there is no time zone '" + moment->unknown_zone + "'",
                "a name as Europe/Berlin, or UTC+2");
  const std::string_view rest = text::trim(whole.substr(cursor.at()));
  if (!rest.empty())
    refuse(whole, ": '" + std::string(rest) + "' is not understood");
  const auto instant = find_instant(*moment, now, zone ? *zone : zones.local());
  if (!instant) refuse(whole, ": there is no such date");
  return *instant;
}

}  // namespace orch::calendar
