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

TEST(ClipCell, KeepsTheBeginningOfText) {
  EXPECT_EQ(clip_cell("no keys yet", 11), "no keys yet");
  EXPECT_EQ(clip_cell("no keys yet", 8), "no keys…");
  EXPECT_EQ(clip_cell("either a/b or none", 8), "either …");
}

TEST(ClipCell, KeepsTheEndOfPathsAndAddresses) {
  EXPECT_EQ(clip_cell("001-a/impl-api", 14), "001-a/impl-api");
  EXPECT_EQ(clip_cell("001-a/impl-api", 10), "…/impl-api");
  EXPECT_EQ(clip_cell("a/\u00e4\u00f6\u00fc", 3), "…\u00f6\u00fc");
  EXPECT_EQ(clip_cell("a/\u65e5\u672c", 4), "…\u672c");
  EXPECT_EQ(clip_cell("a/b", 1), "…");
  EXPECT_EQ(clip_cell("a/b", 0), "");
}

}  // namespace
}  // namespace orch::cli
