// SPDX-License-Identifier: MIT
#include "clock/clock.h"

#include <sys/random.h>

#include <cstdlib>
#include <ctime>

namespace orch::clock {
namespace {

std::int64_t read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

}  // namespace

std::int64_t now() {
  if (const char* fixed = std::getenv("ORCH_TEST_NOW"))
    return std::strtoll(fixed, nullptr, 10);
  return read_clock(CLOCK_REALTIME);
}

std::int64_t steady() { return read_clock(CLOCK_MONOTONIC); }

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t n = getrandom(bytes.data() + filled, count - filled, 0);
    if (n > 0) filled += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace orch::clock
