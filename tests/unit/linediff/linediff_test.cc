// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "linediff/merge.h"

namespace orch::linediff {
namespace {

// One line a character.
Lines lines(Interner& interner, std::string_view text) {
  std::string bytes;
  for (const char c : text) bytes += {c, '\n'};
  return interner.split(bytes);
}

std::string shown(const Hunks& hunks) {
  std::string out;
  for (const Hunk& h : hunks)
    out += (out.empty() ? "" : " ") + std::to_string(h.base) + "," +
           std::to_string(h.base_count) + ">" + std::to_string(h.side) + "," +
           std::to_string(h.side_count);
  return out;
}

// "1,2>3,4": two lines from 1 on became four from 3 on. What newer versions of
// git see instead is behind a bar.
std::string hunks(std::string_view base, std::string_view side) {
  Interner interner;
  const Lines b = lines(interner, base);
  const auto found = Differ().diff(b, lines(interner, side));
  if (!found) return "undecided";
  return shown(found->hunks) +
         (found->newer ? " | " + shown(*found->newer) : "");
}

bool conflict(std::string_view base, std::string_view ours,
              std::string_view theirs) {
  Interner interner;
  const Lines o = lines(interner, base), a = lines(interner, ours),
              b = lines(interner, theirs);
  Differ differ;
  const Hunks to_a = differ.diff(o, a)->hunks, to_b = differ.diff(o, b)->hunks;
  return conflicts(o.size(), {a, to_a}, {b, to_b});
}

TEST(Interner, GivesEqualLinesEqualNumbersAndKeepsThem) {
  Interner interner;
  std::string text = "a\nb\na\n";
  const Lines first = interner.split(text);
  EXPECT_EQ(first, (Lines{0, 1, 0}));
  text.assign(text.size(), 'x');
  EXPECT_EQ(interner.split("b\na\n"), (Lines{1, 0}));
}

TEST(Interner, TellsALineWithoutItsEndFromOneWithIt) {
  Interner interner;
  EXPECT_EQ(interner.split("a\na"), (Lines{0, 1}));
  EXPECT_EQ(interner.split("a\r\n"), (Lines{2}));
  EXPECT_EQ(interner.split(""), Lines());
}

TEST(Interner, HoldsManyLines) {
  Interner interner;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i) + "\n";
  const Lines all = interner.split(text);
  EXPECT_EQ(interner.size(), 20000u);
  EXPECT_EQ(interner.split(text), all);
}

TEST(Diff, FindsChangesAdditionsAndRemovals) {
  EXPECT_EQ(hunks("abc", "abc"), "");
  EXPECT_EQ(hunks("abc", "axc"), "1,1>1,1");
  EXPECT_EQ(hunks("abc", "abxc"), "2,0>2,1");
  EXPECT_EQ(hunks("abc", "ac"), "1,1>1,0");
  EXPECT_EQ(hunks("", "ab"), "0,0>0,2");
  EXPECT_EQ(hunks("ab", ""), "0,2>0,0");
  EXPECT_EQ(hunks("abcde", "xbcdy"), "0,1>0,1 4,1>4,1");
}

TEST(Diff, SlidesAnAmbiguousChangeDown) {
  EXPECT_EQ(hunks("aab", "aaab"), "2,0>2,1");
  EXPECT_EQ(hunks("f}f}", "f}f}f}"), "4,0>4,2");
}

TEST(Diff, SplitsAtTheRarestLine) {
  // The longest shared run is "}}}"; the only unique shared line is u.
  EXPECT_EQ(hunks("}}}u", "u}}}"), "0,3>0,0 4,0>1,3");
}

TEST(Diff, IsThatOfMyersWhereAllSharedLinesOccurTooOften) {
  const std::string many(65, '}');
  EXPECT_EQ(hunks(many + "a", "b" + many), "0,0>0,1 65,1>66,0");
  // One shared rare line is enough, as long as nothing is left besides.
  EXPECT_EQ(hunks(many + "u", many + "u"), "");
}

TEST(Diff, IsTwofoldWhereAChangeSlidesOntoAnEqualLine) {
  // The longest run is "a.aaa": found, then left by the change before it.
  EXPECT_EQ(hunks("a.aaa.aaa", "a.ax.aaa"), "1,4>1,3 | 3,2>3,1");
}

std::string merged_text(std::string_view base, std::string_view ours,
                        std::string_view theirs) {
  Interner interner;
  const Lines o = lines(interner, base), a = lines(interner, ours),
              b = lines(interner, theirs);
  Differ differ;
  const auto merged = linediff::merged(o.size(), {a, differ.diff(o, a)->hunks},
                                       {b, differ.diff(o, b)->hunks});
  if (!merged) return "conflict";
  std::string out;
  for (const Line line : *merged) out += interner.text(line)[0];
  return out;
}

TEST(Merge, HasTheChangesOfBoth) {
  EXPECT_EQ(merged_text("abcdefgh", "xbcdefgh", "abcdeyyh"), "xbcdeyyh");
  EXPECT_EQ(merged_text("abcdefgh", "abefgh", "abcdefghi"), "abefghi");
  EXPECT_EQ(merged_text("abcdefgh", "abxdefgh", "abxdefyh"), "abxdefyh");
  EXPECT_EQ(merged_text("abcdefgh", "abcdefgh", "bcdefghi"), "bcdefghi");
  EXPECT_EQ(merged_text("abc", "axc", "ayc"), "conflict");
}

TEST(Merge, OfChangesApartIsClean) {
  EXPECT_FALSE(conflict("abcde", "xbcde", "abcdy"));
  EXPECT_FALSE(conflict("abc", "xbc", "aby"));
}

TEST(Merge, OfTouchingChangesConflicts) {
  EXPECT_TRUE(conflict("abcd", "axcd", "abyd"));
  EXPECT_TRUE(conflict("abcd", "axcd", "aycd"));
  EXPECT_TRUE(conflict("ab", "axb", "ayb"));
}

TEST(Merge, OfTheSameChangeIsClean) {
  EXPECT_FALSE(conflict("abcd", "axcd", "axcd"));
  EXPECT_FALSE(conflict("abcdef", "axcdef", "axcdyf"));
  EXPECT_FALSE(conflict("abcd", "ad", "ad"));
}

TEST(Merge, OfOverlappingRemovalsConflicts) {
  EXPECT_TRUE(conflict("abcde", "ade", "abe"));
}

// "1,2|3,1|3,0": lines of the base, of ours, of theirs.
std::string clash(std::string_view base, std::string_view ours,
                  std::string_view theirs) {
  Interner interner;
  const Lines o = lines(interner, base), a = lines(interner, ours),
              b = lines(interner, theirs);
  Differ differ;
  const Hunks to_a = differ.diff(o, a)->hunks, to_b = differ.diff(o, b)->hunks;
  std::string out;
  for (const Clash& c : clashes(o.size(), {a, to_a}, {b, to_b})) {
    if (!out.empty()) out += ' ';
    for (const Span& s : {c.base, c.ours, c.theirs})
      out += std::to_string(s.start) + "," + std::to_string(s.count) + "|";
    out.pop_back();
  }
  return out;
}

TEST(Clashes, NameTheSamePlaceInTheThreeTexts) {
  EXPECT_EQ(clash("abcdef", "aXXdef", "abYdef"), "1,2|1,2|1,2");
  // Behind a change of one side alone, the places are apart.
  EXPECT_EQ(clash("abcdefgh", "aXYZcdeOgh", "abcdeTgh"), "5,1|7,1|5,1");
  EXPECT_EQ(clash("abcdef", "abcdefO", "abcdefTU"), "6,0|6,1|6,2");
  // What a removal touches belongs to it.
  EXPECT_EQ(clash("abcdef", "adef", "abcTdef"), "1,2|1,0|1,3");
  EXPECT_EQ(clash("abc", "aXc", "aXc"), "");
}

}  // namespace
}  // namespace orch::linediff
