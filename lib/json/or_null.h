// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "json/value.h"

namespace orch::json {

// What is not known is null, never an empty string or a zero.

inline Value text_or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

inline Value number_or_null(std::int64_t n) {
  return n == 0 ? Value() : Value(n);
}

// An instant, ms since 1970 UTC, as ISO 8601. 0: not known.
Value time_or_null(std::int64_t at);
Value time_or_null(const std::optional<std::int64_t>& at);

}  // namespace orch::json
