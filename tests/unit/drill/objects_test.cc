// SPDX-License-Identifier: MIT
#include "drill/objects.h"

#include <gtest/gtest.h>

namespace orch::drill {
namespace {

using Lines = std::vector<std::string>;

TEST(WordsOfFsck, CountWhenTheyAreSaidTwice) {
  EXPECT_EQ(said_twice({"missing blob a", "missing tree b"},
                       {"missing tree b", "missing blob c"}),
            Lines{"missing tree b"});
  EXPECT_EQ(said_twice({"missing blob a"}, {}), Lines{});
  EXPECT_EQ(said_twice({"missing blob a"}, {"missing blob c"}), Lines{});
}

}  // namespace
}  // namespace orch::drill
