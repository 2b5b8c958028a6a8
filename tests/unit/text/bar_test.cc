// SPDX-License-Identifier: MIT
#include "text/bar.h"

#include <gtest/gtest.h>

namespace orch::text {
namespace {

TEST(Bars, HaveABlockForEachPart) {
  EXPECT_EQ(bar(0, 10, 4, true), "");
  EXPECT_EQ(bar(10, 10, 4, true), "████");
  EXPECT_EQ(bar(5, 10, 4, true), "██");
  EXPECT_EQ(bar(1, 1000, 4, true), "▏");
  EXPECT_EQ(bar(3, 8, 1, true), "▍");
  EXPECT_EQ(bar(10, 10, 4, false), "####");
  EXPECT_EQ(bar(1, 1000, 4, false), "#");
  EXPECT_EQ(bar(20, 10, 4, false), "####");
  EXPECT_EQ(bar(5, 0, 4, true), "");
}

}  // namespace
}  // namespace orch::text
