// SPDX-License-Identifier: MIT
#include "text/text.h"

#include <gtest/gtest.h>

namespace orch::text {
namespace {

using namespace std::string_literals;

TEST(Utf8, TakesEveryLengthAndItsLimits) {
  for (const std::string& good :
       {""s, "a"s, "\0"s, "\x7f"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s,
        "\xED\x9F\xBF"s, "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s,
        "\xF4\x8F\xBF\xBF"s, "z\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"s})
    EXPECT_TRUE(is_utf8(good)) << hex(good);
}

struct Bad {
  const char* what;
  std::string bytes;
};

class IllFormedUtf8 : public ::testing::TestWithParam<Bad> {};

TEST_P(IllFormedUtf8, IsRefusedAloneAndInsideGoodText) {
  const std::string& bad = GetParam().bytes;
  EXPECT_FALSE(is_utf8(bad));
  EXPECT_FALSE(is_utf8("before" + bad));
  EXPECT_FALSE(is_utf8(bad + "behind"));
}

TEST_P(IllFormedUtf8, BecomesOneReplacementPerByteAndKeepsItsNeighbours) {
  const std::string& bad = GetParam().bytes;
  std::string expected = "<";
  for (std::size_t i = 0; i < bad.size(); ++i) expected += "\xEF\xBF\xBD";
  EXPECT_EQ(to_utf8("<" + bad + ">"), expected + ">");
}

TEST_P(IllFormedUtf8, IsShownAsHexadecimalEscapes) {
  const std::string& bad = GetParam().bytes;
  std::string expected;
  for (const char c : bad) expected += "\\x" + hex(std::string(1, c));
  EXPECT_EQ(printable(bad), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Unicode, IllFormedUtf8,
    ::testing::Values(
        Bad{"LoneContinuation", "\x80"}, Bad{"LastContinuation", "\xBF"},
        Bad{"OverlongTwoByteNul", "\xC0\x80"},
        Bad{"OverlongTwoByteDelete", "\xC1\xBF"},
        Bad{"OverlongThreeByteSlash", "\xE0\x80\xAF"},
        Bad{"LargestOverlongThreeByte", "\xE0\x9F\xBF"},
        Bad{"OverlongFourByte", "\xF0\x80\x80\xAF"},
        Bad{"LargestOverlongFourByte", "\xF0\x8F\xBF\xBF"},
        Bad{"FirstSurrogate", "\xED\xA0\x80"},
        Bad{"LastSurrogate", "\xED\xBF\xBF"},
        Bad{"SurrogatePair", "\xED\xA0\xBD\xED\xB8\x80"},
        Bad{"BeyondTheLastCodePoint", "\xF4\x90\x80\x80"},
        Bad{"LeadF5", "\xF5\x80\x80\x80"},
        Bad{"FiveByteForm", "\xF8\x88\x80\x80\x80"},
        Bad{"SixByteForm", "\xFC\x84\x80\x80\x80\x80"}, Bad{"ByteFE", "\xFE"},
        Bad{"ByteFF", "\xFF"}, Bad{"CutTwoByte", "\xC3"},
        Bad{"CutThreeByte", "\xE2\x82"}, Bad{"CutFourByte", "\xF0\x9F\x98"}),
    [](const auto& instance) { return instance.param.what; });

TEST(Utf8, ALeadByteBeforeALetterSpoilsOnlyItself) {
  EXPECT_EQ(to_utf8("\xC3(\xE2\x82x"),
            "\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBDx");
}

TEST(Printable, ShowsControlCharactersAndKeepsText) {
  EXPECT_EQ(printable("a\nb\tc\rd"), R"(a\nb\tc\rd)");
  EXPECT_EQ(printable("\x1b[31mred\x07"), R"(\x1b[31mred\x07)");
  EXPECT_EQ(printable("\0"s), R"(\x00)");
  EXPECT_EQ(printable("\x7f"), R"(\x7f)");
  EXPECT_EQ(printable("h\xC3\xA9llo \xE6\xBC\xA2 \xF0\x9F\x98\x80"),
            "h\xC3\xA9llo \xE6\xBC\xA2 \xF0\x9F\x98\x80");
}

TEST(Printable, ShowsEveryC0AndC1Control) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string shown = printable(std::string(1, static_cast<char>(c)));
    EXPECT_EQ(shown[0], '\\') << c;
  }
  for (int c = 0x80; c < 0xA0; ++c) {
    const std::string c1 = {'\xC2', static_cast<char>(c)};
    EXPECT_EQ(printable(c1), "\\x" + hex(c1.substr(1))) << c;
  }
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");
}

TEST(Printable, ShowsWhatTurnsTheDirectionOfText) {
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            R"(a\u{202e}b)");
  EXPECT_EQ(printable("\xE2\x81\xA6"), R"(\u{2066})");
  EXPECT_EQ(printable("\xE2\x81\xA9"), R"(\u{2069})");
  EXPECT_EQ(printable("\xE2\x80\x8F"), R"(\u{200f})");
  EXPECT_EQ(printable("\xD8\x9C"), R"(\u{61c})");
}

TEST(Printable, LinesKeepNewlineAndTabButNotCarriageReturn) {
  EXPECT_EQ(printable_lines("a\n\tb\r\x1b]0;x\x07"), "a\n\tb\\r\\x1b]0;x\\x07");
}

TEST(Printable, ShowsWhatOnlySomeTakeForTheEndOfALine) {
  const std::string line = "a\u2028b\u2029c\v\f\xC2\x85";
  EXPECT_EQ(printable(line), R"(a\u{2028}b\u{2029}c\x0b\x0c\x85)");
  EXPECT_EQ(printable_lines(line), printable(line));
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("h\xC3\xA9"), 2U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // combining acute
  EXPECT_EQ(display_width("\xE6\xBC\xA2\xE5\xAD\x97"), 4U);  // two ideographs
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2U);          // an emoji
  EXPECT_EQ(display_width("\xEF\xBD\xB1"), 1U);              // half-width kana
  EXPECT_EQ(display_width("a\xE2\x80\x8B"
                          "b"),
            2U);  // zero-width space
}

TEST(Clip, LeavesWhatFitsAndMarksWhatIsCut) {
  EXPECT_EQ(clip("abc", 3), "abc");
  EXPECT_EQ(clip("abcd", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(clip("abcd", 1), "\xE2\x80\xA6");
  EXPECT_EQ(clip("", 0), "");
}

TEST(Clip, NeverTakesMoreColumnsThanAsked) {
  const std::string text =
      "a\xE6\xBC\xA2"
      "e\xCC\x81\xF0\x9F\x98\x80zzz";
  for (std::size_t columns = 0; columns < 12; ++columns) {
    const std::string cut = clip(text, columns);
    EXPECT_LE(display_width(cut), columns) << columns;
    EXPECT_TRUE(is_utf8(cut)) << columns;
  }
}

TEST(Clip, DoesNotCutAWideCharacterInHalf) {
  EXPECT_EQ(clip("a\xE6\xBC\xA2z", 3), "a\xE2\x80\xA6");
}

TEST(Base64, GivesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, UsesTheWholeAlphabetAndEveryByte) {
  EXPECT_EQ(base64("\xFB\xFF\xBF"), "+/+/");
  EXPECT_EQ(base64("\0\0\0"s), "AAAA");
  EXPECT_EQ(base64("\xFF"), "/w==");
}

TEST(Hex, WritesTwoLowerCaseDigitsPerByte) {
  EXPECT_EQ(hex(""), "");
  EXPECT_EQ(hex("\0\x0F\xA5\xFF"s), "000fa5ff");
}

TEST(Split, GivesOnePartMoreThanSeparators) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split("", ','), Parts({""}));
  EXPECT_EQ(split("a", ','), Parts({"a"}));
  EXPECT_EQ(split("a,,b,", ','), Parts({"a", "", "b", ""}));
  EXPECT_EQ(split("a\0b"s, '\0'), Parts({"a", "b"}));
}

TEST(SplitList, LeavesOutBlanksAndEmptyParts) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split_list(" a , ,b c,\t", ','), Parts({"a", "b c"}));
  EXPECT_EQ(split_list("", ','), Parts());
}

TEST(Join, IsTheInverseOfSplit) {
  for (const std::string text : {"", "a", "a,b", ",", "a,,b,"})
    EXPECT_EQ(join(split(text, ','), ","), text);
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
}

TEST(Trim, TakesBlanksFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(CountOf, WritesOneInTheSingular) {
  EXPECT_EQ(count_of(0, "file"), "0 files");
  EXPECT_EQ(count_of(1, "file"), "1 file");
  EXPECT_EQ(count_of(2, "file"), "2 files");
  EXPECT_EQ(count_of(1, "branch"), "1 branch");
  EXPECT_EQ(count_of(2, "branch"), "2 branches");
  EXPECT_EQ(count_of(0, "box"), "0 boxes");
}

TEST(Nearest, FindsATypingError) {
  const std::vector<std::string> known = {"status", "stats", "start", "send"};
  EXPECT_EQ(nearest("statsu", known), "stats");
  EXPECT_EQ(nearest("statuss", known), "status");
  EXPECT_EQ(nearest("sedn", known), "send");
  EXPECT_EQ(nearest("send", known), "send");
}

TEST(Nearest, TakesTheFirstOfEquallyNearOnes) {
  EXPECT_EQ(nearest("impl-xx", {"impl-xa", "impl-xb"}), "impl-xa");
}

TEST(Cut, BoundsBytesAndKeepsCharactersWhole) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcdef", 5), "ab…");
  EXPECT_EQ(cut("\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2", 8), "\xE6\xBC\xA2…");
  EXPECT_EQ(cut("a\xE6\xBC\xA2\xE6\xBC\xA2", 6), "a…");
  EXPECT_EQ(cut("abcdef", 3), "…");
  // Marks take no column, but bytes.
  std::string marks = "e";
  for (int i = 0; i < 100; ++i) marks += "\xCC\x81";
  EXPECT_EQ(cut(marks, 10).size(), 10U);
  EXPECT_TRUE(is_utf8(cut(marks, 11)));
}

TEST(Nearest, GivesNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("overseer", {"impl-ui", "impl-api"}), "");
  EXPECT_EQ(nearest("anything", {}), "");
  EXPECT_EQ(nearest("abcdef", {"abcxyz"}), "");
}

TEST(Nearest, DoesNotSuggestANameThatSharesNoLetter) {
  EXPECT_EQ(nearest("zz", {"ls"}), "");
  EXPECT_EQ(nearest("x", {"y"}), "");
  EXPECT_EQ(nearest("", {"ab"}), "");
}

TEST(SpecId, TakesWhatABranchNameTakes) {
  for (const char* good :
       {"a", "0", "003-reading-goals", "a.b_c-d", "v1.2", "lock", "a.lock.b"})
    EXPECT_TRUE(is_spec_id(good)) << good;
  EXPECT_TRUE(is_spec_id(std::string(100, 'a')));
}

TEST(SpecId, RefusesWhatGitOrAShellWouldRead) {
  for (const std::string& bad :
       {""s,       "-a"s,  ".a"s,       "_a"s,   "A"s,
        "aB"s,     "a b"s, "a/b"s,      "a..b"s, "a."s,
        "a.lock"s, "a~1"s, "a^"s,       "a:b"s,  "a@{0}"s,
        "a\n"s,    "a\0"s, "\xC3\xA9"s, "a*"s,   std::string(101, 'a')})
    EXPECT_FALSE(is_spec_id(bad)) << printable(bad);
}

}  // namespace
}  // namespace orch::text
