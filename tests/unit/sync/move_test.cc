// SPDX-License-Identifier: MIT
#include "sync/move.h"

#include <gtest/gtest.h>

namespace orch::sync {
namespace {

TEST(Mark, SaysWhatItWasMadeOf) {
  const Move m{.branch = "refs/heads/feature/1/a",
               .upstream = "refs/heads/main",
               .method = "rebase",
               .from = std::string(40, 'a'),
               .to = std::string(40, 'b'),
               .taken_in = std::string(40, 'c'),
               .backup = "refs/orch/backup/feature/1/a/7",
               .by = "1/a",
               .at = 1790000000000,
               .rewritten = {{"d", "e"}, {"f", "g"}}};
  const auto read = parse_move(to_text(m));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_text(*read), to_text(m));
  EXPECT_EQ(read->rewritten, m.rewritten);
  EXPECT_EQ(read->at, m.at);
}

TEST(Mark, ThatIsTornIsNone) {
  const Move m{.branch = "refs/heads/a", .from = "b", .to = "c"};
  const std::string text = to_text(m);
  ASSERT_TRUE(parse_move(text));
  for (std::size_t size = 0; size < text.size() - 1; ++size)
    EXPECT_FALSE(parse_move(text.substr(0, size))) << size;
  EXPECT_FALSE(parse_move("orch-sync 1\nend\n"));
  EXPECT_FALSE(parse_move("something else\nend\n"));
}

}  // namespace
}  // namespace orch::sync
