// SPDX-License-Identifier: MIT
#include "notice/quiet.h"

#include <algorithm>

#include "calendar/clock_time.h"
#include "calendar/cursor.h"
#include "error/error.h"
#include "text/text.h"

namespace orch::notice {
namespace {

constexpr std::int64_t kFirstBackOffMs = 30 * 1000;
constexpr std::int64_t kLongestBackOffMs = 60 * 60 * 1000;

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorCode::Usage, "bad quiet hours '" + std::string(text) + "'",
              "for example 22:00-07:00, or '22:00-07:00 Europe/Berlin'");
}

}  // namespace

Quiet parse_quiet(std::string_view text) {
  calendar::Cursor cursor(text);
  cursor.skip_blank();
  const auto from = calendar::take_clock_time(cursor);
  cursor.skip_blank();
  if (!from || !cursor.take('-')) refuse(text);
  cursor.skip_blank();
  const auto to = calendar::take_clock_time(cursor);
  if (!to) refuse(text);
  Quiet out{.from = from->hour * 60 + from->minute,
            .to = to->hour * 60 + to->minute};
  out.zone = text::trim(text.substr(cursor.at()));
  if (out.from == out.to) refuse(text);
  return out;
}

std::optional<std::int64_t> end_of(const Quiet& quiet, std::int64_t now,
                                   const calendar::Zone& zone) {
  calendar::Local local = zone.to_local(now);
  const int minute = local.hour * 60 + local.minute;
  const bool over_midnight = quiet.from > quiet.to;
  const bool is_in = over_midnight ? minute >= quiet.from || minute < quiet.to
                                   : minute >= quiet.from && minute < quiet.to;
  if (!is_in) return std::nullopt;
  if (over_midnight && minute >= quiet.from)
    local = calendar::date_of(
        calendar::day_number(local.year, local.month, local.day) + 1);
  local.hour = quiet.to / 60;
  local.minute = quiet.to % 60;
  local.second = 0;
  // Where clocks are put back, that may be an instant which is over.
  return std::max(zone.to_utc(local), now + calendar::kMinuteMs);
}

std::int64_t back_off_ms(std::int64_t failures) {
  const std::int64_t doublings = std::clamp<std::int64_t>(failures - 1, 0, 10);
  return std::min(kFirstBackOffMs << doublings, kLongestBackOffMs);
}

}  // namespace orch::notice
