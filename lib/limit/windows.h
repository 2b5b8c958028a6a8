// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "json/value.h"

// What agent CLIs write down of their usage windows. Pure; private to `limit`.
namespace orch::limit {

// The end of what is used up in an object of usage windows, wherever it lies in
// `value`: members with a used percentage of 100 and more, and when they reset
// (seconds since 1970, ISO 8601, or seconds from `now`). The last end of
// several. Absent when nothing is used up.
std::optional<std::int64_t> exhausted_until(const json::Value& value,
                                            std::int64_t now);
// The same of the newest line that holds such windows, of lines of JSON.
std::optional<std::int64_t> exhausted_in_lines(std::string_view lines,
                                               std::int64_t now);

}  // namespace orch::limit
