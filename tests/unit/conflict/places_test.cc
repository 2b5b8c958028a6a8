// SPDX-License-Identifier: MIT
#include "conflict/places.h"

#include <gtest/gtest.h>

namespace orch::conflict {
namespace {

// One line a character; "-" is a side without the file. "1+2|0+0|3+1": two
// lines of the base from 1 on, none of ours, one of theirs from 3 on.
std::string places(const std::string& base, const std::string& ours,
                   const std::string& theirs) {
  const auto text = [](const std::string& short_form) {
    std::string out;
    for (const char c : short_form) out += {c, '\n'};
    return out;
  };
  const std::string o = text(base), a = text(ours), b = text(theirs);
  const auto side = [](const std::string& short_form,
                       const std::string& whole) {
    return short_form == "-" ? nullptr : &whole;
  };
  std::string out;
  for (const auto& c :
       places_of(side(base, o), side(ours, a), side(theirs, b))) {
    if (!out.empty()) out += ' ';
    for (const auto& s : {c.base, c.ours, c.theirs})
      out += std::to_string(s.start) + "+" + std::to_string(s.count) + "|";
    out.pop_back();
  }
  return out;
}

TEST(Places, AreWhereBothSidesChangedTheBase) {
  EXPECT_EQ(places("abcdef", "aXcdef", "aYcdef"), "1+1|1+1|1+1");
  EXPECT_EQ(places("abcdef", "aXXcdQf", "aYcdRf"), "1+1|1+2|1+1 4+1|5+1|4+1");
  EXPECT_EQ(places("abcdef", "abcdefX", "abcdefYZ"), "6+0|6+1|6+2");
  // A change of one side alone is none.
  EXPECT_EQ(places("abcdefgh", "aXcdefgh", "aYcdefZh"), "1+1|1+1|1+1");
}

TEST(Places, OfARemovedFileAreWhatTheOtherSideChanged) {
  EXPECT_EQ(places("abcdef", "-", "aYcdef"), "1+1|0+0|1+1");
  EXPECT_EQ(places("abcdef", "abcde", "-"), "5+1|5+0|0+0");
  EXPECT_EQ(places("abc", "-", "-"), "");
}

TEST(Places, WithoutABaseAreWhereTheTwoDiffer) {
  EXPECT_EQ(places("-", "abXde", "abYde"), "0+0|2+1|2+1");
  EXPECT_EQ(places("-", "ab", "ab"), "");
}

TEST(Places, AreAllThatDiffersWhereNothingMeetsByLines) {
  // Left to a driver, or a file that is never merged.
  EXPECT_EQ(places("abcdef", "Xbcdef", "abcdYf"), "0+5|0+5|0+5");
  EXPECT_EQ(places("abc", "abc", "abc"), "");
}

TEST(Places, AreFoundWhereNoAlgorithmDecides) {
  const std::string many(70, 'x');
  EXPECT_EQ(places("a" + many, "b" + many + "x", "c" + many + "xx"),
            "0+1|0+2|0+3");
}

TEST(Lines, EndWithTheLastCharacter) {
  EXPECT_EQ(lines_of("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(lines_of("a\n"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(lines_of(""), std::vector<std::string>());
}

}  // namespace
}  // namespace orch::conflict
