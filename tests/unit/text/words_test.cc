// SPDX-License-Identifier: MIT
#include "text/words.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::text {
namespace {

using Vector = std::vector<std::string>;

std::string refusal(const std::string& line) {
  return test::thrown_by([&] { split_words(line); });
}

TEST(Words, ArePartedByBlanksAndQuotedAsInAShell) {
  EXPECT_EQ(split_words("claude -p  --mode\tx\n"),
            (Vector{"claude", "-p", "--mode", "x"}));
  EXPECT_EQ(split_words(R"(a 'b c' "d \"e\" \n" f\ g '' h'i'"j")"),
            (Vector{"a", "b c", R"(d "e" \n)", "f g", "", "hij"}));
  EXPECT_EQ(split_words(R"('$HOME' "a|b" \$x a~b a#b)"),
            (Vector{"$HOME", "a|b", "$x", "a~b", "a#b"}));
  EXPECT_EQ(split_words(""), Vector());
  EXPECT_EQ(split_words("  "), Vector());
}

TEST(Words, AreNoneWhereAShellWouldAct) {
  for (const char* line :
       {"a | b", "a; b", "a & b", "a < b", "a > b", "a $x", "a `b`", "(a)",
        "a *", "a ?", "a [b]", "~/a", "# a", "\"$x\"", "\"`a`\""})
    EXPECT_TRUE(refusal(line).find("means something to a shell") !=
                std::string::npos)
        << line << ": " << refusal(line);
  EXPECT_EQ(refusal("a 'b"), "usage: an open quote ' without its end");
  EXPECT_EQ(refusal("a \"b"), "usage: an open quote \" without its end");
  EXPECT_EQ(refusal("a \\"), "usage: a '\\' at the end");
}

}  // namespace
}  // namespace orch::text
