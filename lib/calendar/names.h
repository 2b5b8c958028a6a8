// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Names of months, days and zones; all in small letters.
namespace orch::calendar {

// "jan", "january", also "sept": 1 to 12.
std::optional<int> find_month(std::string_view name);
// "mon", "monday", "mondays", also "tues" and the like: 0 is Sunday.
std::optional<int> find_weekday(std::string_view name);
// How far east of UTC an abbreviation is, in ms: of one that several countries
// use ("cst", "ist"), the one that the clocks of most readers show.
std::optional<std::int64_t> find_offset(std::string_view abbreviation);

}  // namespace orch::calendar
