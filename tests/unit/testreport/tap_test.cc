// SPDX-License-Identifier: MIT
#include "testreport/tap.h"

#include <gtest/gtest.h>

#include "text/text.h"
#include "unit/scratch.h"

namespace orch::testreport {
namespace {

// Counts, then a line for each case, then one for each fault.
std::string shown(const Report& r) {
  std::string out = std::to_string(r.passed) + "+" + std::to_string(r.failed) +
                    "+" + std::to_string(r.skipped) + "\n";
  for (const Case& c : r.cases) {
    out += std::string(status_name(c.status)) + " " + c.name;
    if (c.duration_ms) out += " " + std::to_string(*c.duration_ms);
    if (!c.message.empty()) out += " [" + c.message + "]";
    out += "\n";
  }
  for (const std::string& fault : r.faults) out += "! " + fault + "\n";
  return out;
}

std::string read(const std::string& tap) {
  return shown(parse_tap(tap, "t.tap"));
}

TEST(Tap, ReadsPointsAndThePlanBeforeOrBehind) {
  EXPECT_EQ(read("1..3\nok 1 - one\nnot ok 2 two\nok\n"),
            "2+1+0\npassed one\nfailed two\npassed test 3\n");
  EXPECT_EQ(read("TAP version 13\nok - a\r\nok 2\r\n1..2\r\n"),
            "2+0+0\npassed a\npassed test 2\n");
  EXPECT_EQ(read("\xEF\xBB\xBFTAP version 14\n1..1\nok 1 last line"),
            "1+0+0\npassed last line\n");
}

TEST(Tap, KnowsSkipAndTodo) {
  EXPECT_EQ(read("1..6\nok 1 - a # SKIP no network\nok 2 # skip\n"
                 "not ok 3 - c # ToDo not written\nok 4 - d # todo\n"
                 "not ok 5 # Skipped: why\nok 6 - is \\# skip \\\\ #todos\n"),
            "2+0+4\nskipped a [skip: no network]\nskipped test 2 [skip]\n"
            "skipped c [todo: not written]\npassed d\n"
            "skipped test 5 [skip: why]\npassed is # skip \\ #todos\n");
}

TEST(Tap, IsSkippedAsAWholeByItsPlan) {
  const Report r = parse_tap("1..0 # SKIP no compiler\n", "t.tap");
  EXPECT_EQ(shown(r), "0+0+0\n");
  EXPECT_EQ(outcome_of(r), Status::Skipped);
}

TEST(Tap, CountsWhatWasPlannedAndDidNotRun) {
  EXPECT_EQ(read("1..5\nok 1\nok 2\n"),
            "2+3+0\npassed test 1\npassed test 2\n"
            "failed (planned, but did not run) [3 of 5]\n");
  EXPECT_EQ(read("1..3\nok 1 - a\nBail out! no disk\nok 2 - b\n"),
            "1+2+0\npassed a\nfailed (planned, but did not run) "
            "[2 of 3, it bailed out: no disk]\n! it bailed out: no disk\n");
  EXPECT_EQ(read("bail out!\n"), "0+0+0\n! it bailed out\n");
}

TEST(Tap, IsNoProofWithoutItsPlan) {
  EXPECT_EQ(read("ok 1\n"),
            "1+0+0\npassed test 1\n"
            "! there is no plan: the end may be missing\n");
  EXPECT_EQ(read("1..1\nok 1\nok 2\n"),
            "2+0+0\npassed test 1\npassed test 2\n"
            "! 2 tests ran, and 1 were planned\n");
  EXPECT_EQ(read("1..2\nok 1\nok 1\n"),
            "2+0+0\npassed test 1\npassed test 1\n! test 1 is there twice\n");
  EXPECT_EQ(read("1..1\nok 1\n1..1\n"),
            "1+0+0\npassed test 1\n! there is more than one plan\n");
  // Of many, a few say enough.
  std::string plans = "ok 1\n";
  for (int i = 0; i < 1000; ++i) plans += "1..1\n";
  EXPECT_LT(read(plans).size(), 500U);
}

TEST(Tap, TakesDiagnosticsAsTheMessage) {
  EXPECT_EQ(read("TAP version 13\n1..2\nnot ok 1 - a\n  ---\n  message: 'x'\n"
                 "  nested:\n    got: 1\n  duration_ms: 12.4\n  ...\n"
                 "ok 2 - b # time=3.6ms\n  ---\n  duration_ms: 7\n  ...\n"),
            "1+1+0\nfailed a 12 [message: 'x'\nnested:\n  got: 1\n"
            "duration_ms: 12.4]\npassed b 7 [duration_ms: 7]\n");
  EXPECT_EQ(read("1..2\nnot ok 1 - a\n# (in file x.bats, line 3)\n#   `false'\n"
                 "ok 2\n# done\n"),
            "1+1+0\nfailed a [(in file x.bats, line 3)\n`false']\n"
            "passed test 2\n");
  // A block that is never ended does not hide the next point.
  EXPECT_EQ(read("1..2\nnot ok 1\n  ---\n  a: b\nnot ok 2\n"),
            "0+2+0\nfailed test 1 [a: b]\nfailed test 2\n");
}

TEST(Tap, CountsASubtestOnce) {
  EXPECT_EQ(read("TAP version 14\n# Subtest: s\n    1..3\n    ok 1 - a\n"
                 "    not ok 2 - b\n      ---\n      m: 1\n      ...\n"
                 "    not ok 3 - c # ToDo later\n"
                 "not ok 1 - s\nok 2 - t\n1..2\n"),
            "1+1+0\nfailed s [not ok 2 - b]\npassed t\n");
  EXPECT_EQ(read("1..2\nnot ok 1 - s {\n    not ok 1 - inner\n    1..1\n}\n"
                 "ok 2 - t {\n    ok 1\n    1..1\n}\n"),
            "1+1+0\nfailed s [not ok 1 - inner]\npassed t\n");
  EXPECT_EQ(read("1..2\n    1..1\n    Bail out! deep\nok 1\n"),
            "0+2+0\nfailed (planned, but did not run) "
            "[2 of 2, it bailed out: deep]\n! it bailed out: deep\n");
}

TEST(Tap, IgnoresEverythingElse) {
  EXPECT_EQ(read("hello\n1..1\npragma +strict\nokay\nok1\nnothing ok\n1..x\n"
                 "1..2 tests\nok 1 - a\n\x1b[31m\n"),
            "1+0+0\npassed a\n");
  EXPECT_EQ(test::thrown_by([] { parse_tap("hello\nok?\n", "t.tap"); }),
            "usage: t.tap:1: is neither a JUnit report nor TAP");
  EXPECT_EQ(test::thrown_by([] { parse(" \n", "t.tap"); }),
            "usage: t.tap:1: is empty");
}

TEST(Tap, IsKnownInWhatACommandPrints) {
  const auto is_tap = [](const std::string& text) {
    TapReader reader;
    reader.feed(text + "\n");
    return reader.is_tap();
  };
  EXPECT_TRUE(is_tap("TAP version 13"));
  EXPECT_TRUE(is_tap("building…\n1..1\nok 1"));
  EXPECT_TRUE(is_tap("ok 1\n1..1"));
  EXPECT_TRUE(is_tap("1..0 # SKIP"));
  EXPECT_FALSE(is_tap("ok  \texample.org/a\t0.012s"));  // of go test
  EXPECT_FALSE(is_tap("ok"));
  EXPECT_FALSE(is_tap("1..5"));
  EXPECT_FALSE(is_tap(""));
}

TEST(Tap, IsTheSameInAnyPieces) {
  const std::string all =
      "TAP version 13\n1..2\nnot ok 1 - a\n  ---\n  m: 1\n  ...\nok 2 # SKIP\n";
  const std::string whole = read(all);
  for (std::size_t n = 1; n < 9; ++n) {
    TapReader reader;
    for (std::size_t i = 0; i < all.size(); i += n)
      reader.feed(std::string_view(all).substr(i, n));
    EXPECT_EQ(shown(reader.finish()), whole) << n;
  }
}

TEST(Tap, KeepsBoundsWhateverComes) {
  TapReader reader;
  const std::string block(std::size_t{1} << 20, 'x');
  reader.feed("1..1\nnot ok 1 - ");
  for (int i = 0; i < 64; ++i) reader.feed(block);
  reader.feed("\n  ---\n");
  for (int i = 0; i < 64; ++i) reader.feed("  " + block + "\n");
  reader.feed("  ...\n# " + block + "\n");
  const Report r = reader.finish();
  EXPECT_EQ(r.failed, 1);
  ASSERT_EQ(r.cases.size(), 1U);
  EXPECT_LE(r.cases[0].name.size(), kNameBytes);
  EXPECT_LE(r.cases[0].message.size(), kMessageBytes);
}

TEST(Tap, CountsOnWhereNothingIsKept) {
  TapReader reader;
  for (std::size_t i = 0; i < kMaxCases + 5; ++i) reader.feed("not ok\n");
  reader.feed("1..1000000000\n");
  const Report r = reader.finish();
  EXPECT_EQ(r.total, 1000000000);
  EXPECT_EQ(r.failed, 1000000000);
  EXPECT_EQ(r.cases.size(), kMaxCases);
}

TEST(Tap, TakesNoNumberForGranted) {
  EXPECT_EQ(read("1..99999999999999999999\nok 99999999999999999999 a\n"),
            "1+0+0\npassed 99999999999999999999 a\n"
            "! there is no plan: the end may be missing\n");
  EXPECT_EQ(read("1..1\nok 0 - a\n"), "1+0+0\npassed a\n");
  EXPECT_EQ(read("1..-1\nok -1\n"),
            "1+0+0\npassed -1\n! there is no plan: the end may be missing\n");
}

TEST(Tap, MakesTextsWhole) {
  const Report r = parse_tap(
      "1..1\nnot ok 1 - a\xFF" + std::string(1, '\0') + "b\n", "t.tap");
  ASSERT_EQ(r.cases.size(), 1U);
  EXPECT_EQ(r.cases[0].name, "a\xEF\xBF\xBD b");
}

}  // namespace
}  // namespace orch::testreport
