// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

// Time and chance. The only back doors of the suite are here: ORCH_TEST_NOW
// (milliseconds since 1970) stands for the wall clock.
namespace orch::clock {

// Milliseconds since 1970-01-01T00:00:00Z.
std::int64_t now();

// Milliseconds that only go forward, for deadlines; ORCH_TEST_NOW has no
// effect on it.
std::int64_t steady();

// `count` bytes from the kernel's generator (getrandom(2)).
std::string random_bytes(std::size_t count);

}  // namespace orch::clock
