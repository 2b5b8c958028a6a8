// SPDX-License-Identifier: MIT
#include "script/script.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::script {
namespace {

using test::thrown_by;
using Words = std::vector<std::string>;

TEST(Script, SplitsLinesIntoVerbAndWords) {
  const auto steps = parse(R"(# what it does
await-message

  say  reading	the brief   # aloud
edit @text:1 3 "changed by  \n me"
commit "T001: first # step"
say a#b "" c"d e"f
hang
)",
                           "s");
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_EQ(steps[0].verb, "await-message");
  EXPECT_EQ(steps[0].words, Words());
  EXPECT_EQ(steps[0].line, 2);
  EXPECT_EQ(steps[1].words, (Words{"reading", "the", "brief"}));
  EXPECT_EQ(steps[1].line, 4);
  EXPECT_EQ(steps[2].words, (Words{"@text:1", "3", "changed by  \\n me"}));
  EXPECT_EQ(steps[3].words, Words{"T001: first # step"});
  EXPECT_EQ(steps[4].words, (Words{"a#b", "", "cd ef"}));
  EXPECT_EQ(steps[5].verb, "hang");
  EXPECT_EQ(steps[5].line, 8);
}

TEST(Script, IsEmptyWithoutSteps) {
  EXPECT_TRUE(parse("", "s").empty());
  EXPECT_TRUE(parse("\n \t\n# only words\n", "s").empty());
}

TEST(Script, RefusesAnUnknownStepAndNamesTheNearest) {
  EXPECT_EQ(thrown_by([] { parse("hang\ncomit \"x\"\n", "demo.script"); }),
            "usage: demo.script:2: unknown step 'comit', did you mean "
            "'commit'?");
  EXPECT_EQ(thrown_by([] { parse("somersault\n", "s"); }),
            "usage: s:1: unknown step 'somersault'");
}

TEST(Script, RefusesTooFewAndTooManyWords) {
  EXPECT_EQ(thrown_by([] { parse("say\n", "s"); }),
            "usage: s:1: step 'say' has 0 words behind it");
  EXPECT_EQ(thrown_by([] { parse("\ncommit a b\n", "s"); }),
            "usage: s:2: step 'commit' has 2 words behind it");
  EXPECT_EQ(thrown_by([] { parse("edit f 1\n", "s"); }),
            "usage: s:1: step 'edit' has 2 words behind it");
  EXPECT_EQ(thrown_by([] { parse("hang on\n", "s"); }),
            "usage: s:1: step 'hang' has 1 word behind it");
  EXPECT_EQ(thrown_by([] { parse("await-message\nawait-message x\n", "s"); }),
            "nothing");
}

TEST(Script, RefusesAnOpenQuote) {
  EXPECT_EQ(thrown_by([] { parse("hang\nsay \"open\n", "s"); }),
            "usage: s:2: a quote is not closed");
}

// What was submitted, and what is still in the draft behind a bar.
std::string typed(Draft& draft, std::string_view bytes) {
  std::string out;
  for (const char byte : bytes)
    if (draft.take(byte)) out += "[" + draft.submitted() + "]";
  return out + "|" + draft.text();
}

std::string typed(std::string_view bytes) {
  Draft draft;
  return typed(draft, bytes);
}

TEST(DraftOf, SubmitsAtCarriageReturnAndNewline) {
  EXPECT_EQ(typed("one\rtwo\nthree"), "[one][two]|three");
}

TEST(DraftOf, DoesNotSubmitAnEmptyLine) { EXPECT_EQ(typed("\r\n\r"), "|"); }

TEST(DraftOf, TakesBackWithBackspaceAndDelete) {
  EXPECT_EQ(typed("abc\x7f\b"
                  "d"),
            "|ad");
  EXPECT_EQ(typed("a\x7f\x7f\x7f"
                  "b"),
            "|b");
}

TEST(DraftOf, TakesBackAWholeCharacter) {
  EXPECT_EQ(typed("a\xC3\xA9\x7f"), "|a");
  EXPECT_EQ(typed("a\xF0\x9F\x98\x80\x7f"), "|a");
}

TEST(DraftOf, ClearsTheLineAtControlU) {
  EXPECT_EQ(typed("abc\x15"
                  "d\r"),
            "[d]|");
}

TEST(DraftOf, IgnoresOtherControlCharacters) {
  EXPECT_EQ(typed("a\x01\x03\x1a\x07\tb"), "|ab");
}

TEST(DraftOf, IgnoresEscapeSequences) {
  EXPECT_EQ(typed("a\x1b[A\x1b[1;5C\x1b[3~b"), "|ab");
  EXPECT_EQ(typed("a\x1b"
                  "fb"),
            "|ab");
  EXPECT_EQ(typed("\x1b[200"), "|");
}

TEST(DraftOf, KeepsTheNewlinesOfAPasteAndSubmitsBehindIt) {
  EXPECT_EQ(typed("\x1b[200~one\r\ttwo\nthree\x1b[201~\r"),
            "[one\n\ttwo\nthree]|");
}

TEST(DraftOf, ControlKeysInsideAPasteAreText) {
  EXPECT_EQ(typed("x\x1b[200~a\x15"
                  "b\x7f"
                  "c\x1b[201~"),
            "|xa\x15"
            "b\x7f"
            "c");
}

TEST(DraftOf, APasteAddsToWhatWasTyped) {
  EXPECT_EQ(typed("a\x1b[200~b\x1b[201~c\x1b[200~d\x1b[201~\r"), "[abcd]|");
}

TEST(DraftOf, AnEndWithoutABeginningIsNothing) {
  EXPECT_EQ(typed("a\x1b[201~b\r"), "[ab]|");
}

TEST(DraftOf, APasteThatNeverEndsSubmitsNothing) {
  EXPECT_EQ(typed("\x1b[200~a\r\n\rb"), "|a\n\n\nb");
}

TEST(DraftOf, EveryBytePassesThroughAPasteButEscapeAndCarriageReturn) {
  std::string bytes;
  for (const char c : test::every_byte())
    if (c != '\x1b' && c != '\r') bytes += c;
  EXPECT_EQ(typed("\x1b[200~" + bytes + "\x1b[201~"), "|" + bytes);
}

TEST(DraftOf, DoesNotCareWhereReadsSplitTheInput) {
  const std::string input = "a\x1b[200~b\rc\x1b[201~d\x7f\x1b[Ae\rf";
  const std::string whole = typed(input);
  ASSERT_EQ(whole, "[ab\nce]|f");
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    Draft draft;
    std::string first = typed(draft, std::string_view(input).substr(0, cut));
    first.erase(first.rfind('|'));
    EXPECT_EQ(first + typed(draft, std::string_view(input).substr(cut)), whole)
        << cut;
  }
}

}  // namespace
}  // namespace orch::script
