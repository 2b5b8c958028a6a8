// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace orch::clock {

// Microseconds that only go forward, for measuring; without a system call.
std::int64_t steady_us();

}  // namespace orch::clock
