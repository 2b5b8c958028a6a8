// SPDX-License-Identifier: MIT
#include "git/state.h"

#include <gtest/gtest.h>

namespace orch::git {
namespace {

TEST(Reflog, IsReadLineByLine) {
  const std::string none(40, '0'), a(40, 'a'), b(40, 'b');
  const auto moves =
      parse_reflog("cut off\n" + none + " " + a +
                   " Ada > L <a@b> 7 +0100\tcommit (initial): a\tb\n"
                   "no reflog\n" +
                   a + " " + b + " Ada > L <a@b> 9 +0100\tcommit: x\n");
  ASSERT_EQ(moves.size(), 2U);
  EXPECT_EQ(moves[0].from, none);
  EXPECT_EQ(moves[0].to, a);
  EXPECT_EQ(moves[0].at, 7);
  EXPECT_EQ(moves[0].reason, "commit (initial): a\tb");
  EXPECT_EQ(moves[1].to, b);
}

}  // namespace
}  // namespace orch::git
