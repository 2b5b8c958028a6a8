// SPDX-License-Identifier: MIT
#include "clock/stopwatch.h"

#include <ctime>

namespace orch::clock {

std::int64_t steady_us() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000000 + t.tv_nsec / 1000;
}

}  // namespace orch::clock
