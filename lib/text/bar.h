// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace orch::text {

// `value` of `most` as a bar of at most `width` columns: blocks, or, where the
// terminal has no UTF-8, '#'. Empty for 0; what is more has at least a sign.
std::string bar(std::int64_t value, std::int64_t most, int width, bool utf8);

}  // namespace orch::text
