// SPDX-License-Identifier: MIT
#include "overview/csv.h"

#include <gtest/gtest.h>

namespace orch::overview {
namespace {

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(csv_line({"a", "b c", 1, 1.5, true}), "a,b c,1,1.5,1\r\n");
  EXPECT_EQ(csv_line({"a,b", "say \"x\"", "two\nlines", "cr\r"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\"\r\n");
}

TEST(Csv, TellsNullFromEmpty) {
  EXPECT_EQ(csv_line({nullptr, "", nullptr}), ",\"\",\r\n");
  EXPECT_EQ(csv_line({""}), "\"\"\r\n");
}

TEST(Csv, LeavesBytesAsTheyAre) {
  const std::string bytes("\xff\x00\x01", 3);
  EXPECT_EQ(csv_line({json::Value(bytes)}), bytes + "\r\n");
}

}  // namespace
}  // namespace orch::overview
