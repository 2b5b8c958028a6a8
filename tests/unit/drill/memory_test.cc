// SPDX-License-Identifier: MIT
#include "drill/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace orch::drill {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

std::string meminfo(std::int64_t available) {
  return "MemTotal:       99999999 kB\nMemFree:          123456 kB\n"
         "MemAvailable:   " +
         std::to_string(available / 1024) + " kB\nBuffers:  12 kB\n";
}

TEST(Memory, IsTakenByHalfAndOneGibibyteAtMost) {
  EXPECT_EQ(memory_to_take(meminfo(1000 * kMiB)), 500 * kMiB);
  EXPECT_EQ(memory_to_take(meminfo(64 * kMiB)), 32 * kMiB);
  EXPECT_EQ(memory_to_take(meminfo(64000 * kMiB)), 1024 * kMiB);
}

TEST(Memory, IsNotTakenWhereNobodyKnowsWhatThereIs) {
  EXPECT_EQ(memory_to_take(""), 0);
  EXPECT_EQ(memory_to_take("MemFree: 12 kB\n"), 0);
  EXPECT_EQ(memory_to_take("MemAvailable: much\n"), 0);
  EXPECT_EQ(memory_to_take("MemAvailable: -12 kB\n"), 0);
}

TEST(Memory, OfAProcessIsSomeUntilItIsGone) {
  EXPECT_GT(memory_of(::getpid()), 0);
  EXPECT_EQ(memory_of(0), 0);
}

}  // namespace
}  // namespace orch::drill
