// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "linediff/lines.h"

namespace orch::linediff {

// What differs between two texts by the algorithm of Myers, as git runs it
// where the histogram finds nothing rare enough: with its shortcuts, which may
// find more changes than there need be. `in_a` and `in_b` are as long as the
// texts; 1 is for a line that is not shared.
void mark_by_myers(std::span<const Line> a, std::span<const Line> b,
                   std::span<std::uint8_t> in_a, std::span<std::uint8_t> in_b);

}  // namespace orch::linediff
