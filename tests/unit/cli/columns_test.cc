// SPDX-License-Identifier: MIT
#include "cli/columns.h"

#include <gtest/gtest.h>

namespace orch::cli {
namespace {

using Widths = std::vector<std::size_t>;

TEST(FitColumns, LeavesWhatHasRoom) {
  EXPECT_EQ(fit_columns({}, {}, 0), Widths{});
  EXPECT_EQ(fit_columns({30, 48}, {5, 5}, 80), (Widths{30, 48}));
}

TEST(FitColumns, TakesFromTheWidestAloneAsLongAsThatSuffices) {
  EXPECT_EQ(fit_columns({30, 49}, {5, 5}, 80), (Widths{30, 48}));
  EXPECT_EQ(fit_columns({30, 90}, {5, 5}, 41), (Widths{30, 9}));
}

TEST(FitColumns, TakesFromTheWidestOnesWhereOneIsNotEnough) {
  EXPECT_EQ(fit_columns({30, 90}, {5, 5}, 40), (Widths{19, 19}));
  EXPECT_EQ(fit_columns({6, 40, 50, 60}, {6, 4, 4, 4}, 80),
            (Widths{6, 22, 23, 23}));
}

TEST(FitColumns, NarrowsNoneBelowItsHeadingAndEightCells) {
  EXPECT_EQ(fit_columns({20, 20, 4}, {15, 3, 4}, 10), (Widths{15, 8, 4}));
}

}  // namespace
}  // namespace orch::cli
