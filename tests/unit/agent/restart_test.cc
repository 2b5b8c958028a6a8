// SPDX-License-Identifier: MIT
#include "agent/restart.h"

#include <gtest/gtest.h>

namespace orch::agent {
namespace {

TEST(BackOff, DoublesFromOneSecondUpToFiveMinutes) {
  const std::int64_t seconds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300};
  for (std::size_t n = 0; n < std::size(seconds); ++n)
    EXPECT_EQ(back_off_ms(n + 1), seconds[n] * 1000) << n + 1;
  EXPECT_EQ(back_off_ms(100000), 300000);
}

}  // namespace
}  // namespace orch::agent
