// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calendar/zone.h"

namespace orch::notice {

// Hours in which somebody is left alone.
struct Quiet {
  int from = 0, to = 0;  // minutes behind midnight; over midnight: from > to
  std::string zone;      // a name of IANA's list; empty: the local one
  bool operator==(const Quiet&) const = default;
};

// "22:00-07:00", with the name of a zone behind a blank or without. Throws
// Error{Usage} for anything else, and for hours that are none.
Quiet parse_quiet(std::string_view text);

// When they end, if `now` is in them: the first instant behind.
std::optional<std::int64_t> end_of(const Quiet& quiet, std::int64_t now,
                                   const calendar::Zone& zone);

// After the nth failure in a row, so long until the next attempt: half a
// minute, twice that, … at most an hour.
std::int64_t back_off_ms(std::int64_t failures);
// So many attempts, and then it has failed.
inline constexpr std::int64_t kMostAttempts = 8;

}  // namespace orch::notice
