// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Instants are milliseconds since 1970-01-01T00:00:00Z, as the store keeps
// them; durations are milliseconds. No function here reads a clock.
namespace orch::text {

using Milliseconds = std::int64_t;

// "2026-11-21T03:44:05Z": ISO 8601, UTC, whole seconds.
std::string iso_time(Milliseconds instant);

// The instant that `iso` names ("2026-11-21T03:44:05Z", the Z optional);
// absent when it is not of that form.
std::optional<Milliseconds> parse_iso_time(std::string_view iso);

// "30s", "5m", "2h", "1d"; a bare number is minutes. Absent when malformed,
// negative or beyond a hundred years.
std::optional<Milliseconds> parse_duration(std::string_view text);

// The largest whole unit, for tables: "now", "42s", "7m", "3h", "12d".
std::string short_age(Milliseconds duration);

// The exact form that parse_duration reads: "90s", "30m", "2h".
std::string duration_text(Milliseconds duration);

}  // namespace orch::text
