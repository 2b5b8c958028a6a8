// SPDX-License-Identifier: MIT
#include "tmux/tmux.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::tmux {
namespace {

TEST(Pasteable, KeepsTextTabsAndNewlines) {
  const std::string text =
      "one\n\ttwo ~!@#$%^&*()\\ \"'`\xC3\xA9\xE6\xBC\xA2"
      "\xF0\x9F\x98\x80";
  EXPECT_EQ(pasteable(text), text);
  EXPECT_EQ(pasteable(""), "");
}

TEST(Pasteable, DropsEveryOtherC0ControlAndDelete) {
  std::string controls;
  for (char c = 0; c < 0x20; ++c) controls += c;
  EXPECT_EQ(pasteable("a" + controls +
                      "\x7f"
                      "b"),
            "a\t\nb");
}

TEST(Pasteable, DropsEveryC1Control) {
  for (int c = 0x80; c < 0xA0; ++c)
    EXPECT_EQ(pasteable("a\xC2" + std::string(1, static_cast<char>(c)) + "b"),
              "ab")
        << c;
  EXPECT_EQ(pasteable("a\xC2\xA0"
                      "b"),
            "a\xC2\xA0"
            "b");
}

TEST(Pasteable, CannotEndABracketedPaste) {
  EXPECT_EQ(pasteable("x\x1b[201~\rrm -rf .\r"), "x[201~rm -rf .");
  EXPECT_EQ(pasteable("x\xC2\x9B"
                      "201~y"),
            "x201~y");
  EXPECT_EQ(pasteable("\x1b\x1b[201~"), "[201~");
}

// Whether a terminal in UTF-8 or in an 8-bit mode would see a control.
bool holds_control(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < text.size() &&
        (static_cast<unsigned char>(text[i + 1]) & 0xE0) == 0x80)
      return true;
  }
  return false;
}

TEST(Pasteable, LeavesNoControlWhateverIsDroppedBetweenTwoBytes) {
  for (const std::string& tricky :
       {std::string("\xC2\x1b\x9B"
                    "201~"),
        std::string("\xC2\xC2\x80\x9B"), std::string("\xC2\x7f\x9B"),
        std::string("\xC2\0\x9B", 3), std::string("\xC2\r\x80")})
    EXPECT_FALSE(holds_control(pasteable(tricky)))
        << ::testing::PrintToString(tricky);
}

TEST(Pasteable, LeavesNoRawC1ByteThatBelongsToNoCharacter) {
  EXPECT_EQ(pasteable("a\x9B"
                      "201~b")
                .find('\x9B'),
            std::string::npos);
  // The same byte inside a character is text.
  EXPECT_EQ(pasteable("\xE2\x9B\x84"), "\xE2\x9B\x84");
}

TEST(TmuxVersion, IsOrderedByNumber) {
  EXPECT_LT((Version{3, 1}), kLeastVersion);
  EXPECT_LT((Version{2, 9}), kLeastVersion);
  EXPECT_LT((Version{3, 2}), (Version{3, 10}));
}

}  // namespace
}  // namespace orch::tmux
