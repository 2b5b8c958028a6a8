// SPDX-License-Identifier: MIT
#include "text/pattern.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::text {
namespace {

using test::thrown_by;
using Maybe = std::optional<std::string>;

bool finds(const char* expression, std::string_view line) {
  return Pattern(expression).matches(line);
}
Maybe part(const char* expression, std::string_view line) {
  return Pattern(expression).find_part(line);
}
std::string refusal_of(const std::string& expression) {
  return thrown_by([&] { Pattern{expression}; });
}

TEST(PatternOfText, FindsItselfAnywhere) {
  EXPECT_TRUE(finds("b", "abc"));
  EXPECT_TRUE(finds("", ""));
  EXPECT_FALSE(finds("bd", "abcd"));
  EXPECT_TRUE(finds("❯ 1", "  ❯ 1. Yes"));
}

TEST(PatternOfText, IsBoundToTheEnds) {
  EXPECT_TRUE(finds("^ab$", "ab"));
  EXPECT_FALSE(finds("^ab$", "xab"));
  EXPECT_FALSE(finds("^ab$", "abx"));
  EXPECT_TRUE(finds("^a|b$", "xb"));
  EXPECT_FALSE(finds("^(?:a|b)$", "xb"));
}

TEST(PatternOfText, RepeatsAsOftenAsItSays) {
  EXPECT_TRUE(finds("^a*$", ""));
  EXPECT_TRUE(finds("^a+$", "aaa"));
  EXPECT_FALSE(finds("^a+$", ""));
  EXPECT_TRUE(finds("^ab?c$", "ac"));
  EXPECT_TRUE(finds("^a{2,3}$", "aaa"));
  EXPECT_FALSE(finds("^a{2,3}$", "a"));
  EXPECT_FALSE(finds("^a{2,3}$", "aaaa"));
  EXPECT_TRUE(finds("^a{2,}$", "aaaaa"));
  EXPECT_FALSE(finds("^a{2}$", "aaa"));
  EXPECT_TRUE(finds("^(?:ab)+$", "ababab"));
  EXPECT_TRUE(finds("^(?:a|b*)*$", "abba"));
}

TEST(PatternOfText, KnowsClassesOfCharacters) {
  EXPECT_TRUE(finds("^[a-c]+[^a-c]$", "abcd"));
  EXPECT_TRUE(finds("^\\d\\w\\s\\S$", "1a !"));
  EXPECT_FALSE(finds("^\\D$", "1"));
  EXPECT_TRUE(finds("^[]x]+$", "]x"));
  EXPECT_TRUE(finds("^[^]x]$", "y"));
  EXPECT_TRUE(finds("^[a-]+$", "a-a"));
  EXPECT_TRUE(finds("^[│\\s]*x$", "│  │ x"));
  EXPECT_TRUE(finds("^.$", "é"));
  EXPECT_TRUE(finds("\\$\\.\\(", "$.("));
  EXPECT_TRUE(finds("^❯\\s$", "❯\xC2\xA0"));
}

TEST(PatternOfText, TakesTheLeftmostGreedyPart) {
  EXPECT_EQ(part("at ([^.]*)\\.", "try again at 2:58 AM. At 3."), "2:58 AM");
  EXPECT_EQ(part("(a+)", "xaaay"), "aaa");
  EXPECT_EQ(part("(?:x)(y)(z)", "xyz"), "y");
  EXPECT_EQ(part("a|(b)", "a"), std::nullopt);
  EXPECT_EQ(part("(b)", "a"), std::nullopt);
  EXPECT_EQ(part("b", "b"), std::nullopt);
  EXPECT_EQ(part("(.*)", "é❯😀"), "é❯😀");
  EXPECT_EQ(part("(a|ab)c?", "abc"), "a");
  EXPECT_EQ(part("(?:(a)|b)*c", "abc"), "a");
}

TEST(PatternOfText, ReadsBytesThatAreNotUtf8) {
  EXPECT_TRUE(finds("^a.b$",
                    "a\xFF"
                    "b"));
  EXPECT_TRUE(finds("b$", test::every_byte() + "b"));
}

TEST(PatternOfText, DoesNotRunAway) {
  const std::string many(5000, 'a');
  EXPECT_FALSE(finds("^(?:a*)*(?:a*)*(?:a|aa)+$", many + "b"));
  EXPECT_TRUE(finds("(?:a?){50}a{50}", many));
}

TEST(PatternOfText, IsRefusedWithThePlace) {
  EXPECT_EQ(refusal_of("a)"), "usage: ')' without '(' behind character 1");
  EXPECT_EQ(refusal_of("(a"), "usage: ')' is missing behind character 2");
  EXPECT_EQ(refusal_of("[a"), "usage: ']' is missing behind character 2");
  EXPECT_EQ(refusal_of("*"), "usage: nothing to repeat behind character 0");
  EXPECT_EQ(refusal_of("a**"),
            "usage: a repeat of a repeat behind character 2");
  EXPECT_EQ(refusal_of("a+?"),
            "usage: a repeat of a repeat behind character 2");
  EXPECT_EQ(refusal_of("a{3,2}"),
            "usage: a count that shrinks behind character 6");
  EXPECT_EQ(refusal_of("a{101}"),
            "usage: a count above 100 behind character 5");
  EXPECT_EQ(refusal_of("a{x}"),
            "usage: a number is missing behind character 2");
  EXPECT_EQ(refusal_of("[b-a]"),
            "usage: a range that shrinks behind character 4");
  EXPECT_EQ(refusal_of("(?=a)"), "usage: '(?' without ':' behind character 2");
  EXPECT_EQ(refusal_of("\\1"), "usage: an unknown escape behind character 2");
  EXPECT_EQ(refusal_of("\\"), "usage: nothing to escape behind character 1");
  EXPECT_EQ(refusal_of("(?:(?:a{100}){100})"),
            "usage: too large a pattern behind character 18");
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "(?:";
  EXPECT_NE(refusal_of(deep).find("nested too deeply"), std::string::npos);
}

TEST(PatternOfText, FindsALiteralAsItStands) {
  const std::string odd = "a.b*c [x] (y) {2} ^$ \\d | ? +";
  EXPECT_TRUE(Pattern::literal(odd).matches("<" + odd + ">"));
  EXPECT_FALSE(Pattern::literal("a.b").matches("axb"));
}

}  // namespace
}  // namespace orch::text
