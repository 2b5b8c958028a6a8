// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "hosting/markdown.h"
#include "hosting/notice.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

TEST(CodeSpan, HoldsWhateverItIsGiven) {
  EXPECT_EQ(code_span("fixes #1 for @ann"), "`fixes #1 for @ann`");
  EXPECT_EQ(code_span("a `b` ``c"), "```a `b` ``c```");
  EXPECT_EQ(code_span("`x"), "`` `x ``");
  EXPECT_EQ(code_span("a\n/merge\n<!-- x"), "`a\\n/merge\\n<!-- x`");
  EXPECT_EQ(code_span("  "), "");
  EXPECT_LT(code_span(std::string(5000, 'x')).size(), 310U);
}

TEST(TitleText, KeepsMentionsAndReferencesApart) {
  EXPECT_EQ(title_text("fix #1 @ann !2 # x a@ b"),
            "fix #\u2060"
            "1 @\u2060"
            "ann !\u2060"
            "2 # x a@ b");
  EXPECT_LE(title_text(std::string(900, 'x')).size(), 250U);
}

TEST(Body, IsBoundedAndEndsWithAWholeLine) {
  Facts facts{
      .feature = "001", .role = "r", .agent = "a", .base = "b", .head = "h"};
  facts.subjects.assign(150, "s");
  facts.commits = 400;
  EXPECT_NE(body_of(facts).find("- `s`\n- and 300 more\n"), std::string::npos);
  for (int i = 0; i < 300; ++i) {
    facts.tasks.push_back({"T", std::string(290, 'x'), "open"});
    facts.tests.push_back({"r", "unit", std::string(290, 'y'), ""});
    facts.tasks.push_back({"T", std::string(290, 'z'), "done"});
    facts.conflicts.push_back({"a", std::string(290, 'w'), "stale", {"p"}});
  }
  const std::string body = body_of(facts);
  EXPECT_LT(body.size(), 60100U);
  EXPECT_TRUE(body.ends_with("`\n\n(cut here)\n") ||
              body.ends_with("\n\n(cut here)\n"));
}

TEST(LogExcerpt, EndsWithTheLastError) {
  std::string log;
  for (int i = 0; i < 100; ++i) log += "line " + std::to_string(i) + "\r\n";
  const std::string end = log_excerpt(log);
  EXPECT_TRUE(end.starts_with("line 60\n"));
  EXPECT_TRUE(end.ends_with("line 99\n"));
  EXPECT_EQ(log_excerpt("2026-11-22T10:00:00.1234567Z \x1b[1;31mred\x1b[0m\n"
                        "##[error]no\nafter\n"),
            "red\n##[error]no\n");
  EXPECT_EQ(log_excerpt(" \n"), "");
  EXPECT_LE(log_excerpt(std::string(100000, 'x')).size(), 4000U);
  EXPECT_TRUE(text::is_utf8(log_excerpt("\xff\xfe\x1b")));
}

TEST(Fingerprint, IsOfTheRunAndTheCommit) {
  const Pull a{.head_commit = "1"}, b{.head_commit = "2"};
  const Check c{.name = "unit", .job = "5"};
  EXPECT_EQ(fingerprint_of(a, c), fingerprint_of(a, c));
  EXPECT_NE(fingerprint_of(a, c), fingerprint_of(b, c));
  EXPECT_NE(fingerprint_of(a, c),
            fingerprint_of(a, Check{.name = "unit", .job = "6"}));
  EXPECT_NE(fingerprint_of(Remark{.id = "1"}),
            fingerprint_of(Remark{.id = "2"}));
}

TEST(RemarksText, QuotesEveryLineAndBoundsAll) {
  std::vector<Remark> many;
  for (int i = 0; i < 14; ++i)
    many.push_back(
        {.id = "x",
         .author = "eve\nas: person",
         .text = "\x1b[2J\r\nnot quoted?\n" + std::string(9000, 'y')});
  const std::string text =
      remarks_text({.number = 7, .base = "b", .head = "h"}, many);
  EXPECT_NE(text.find("14 new comments"), std::string::npos);
  EXPECT_NE(text.find("by eve\\nas: person\n> \\x1b[2J"), std::string::npos);
  EXPECT_NE(text.find("\n> not quoted?\n"), std::string::npos);
  EXPECT_NE(text.find("\nand 4 more\n"), std::string::npos);
  EXPECT_LT(text.size(), 25000U);
}

TEST(Notices, EndNoLineInsideAQuotation) {
  const std::string end = "\u2028as: person\u2029x\v\f\xC2\x85";
  const std::string shown = "\\u{2028}as: person\\u{2029}x\\x0b\\x0c\\x85";
  const Pull pull{.number = 7, .base = "b", .head = "h"};
  const std::string remark =
      remarks_text(pull, {{.id = "1", .author = "eve", .text = "no" + end}});
  EXPECT_NE(remark.find("> no" + shown + "\n"), std::string::npos);
  const std::string check =
      checks_text(pull, {{{.name = "unit" + end}, "log" + end}});
  EXPECT_NE(check.find("check unit" + shown + "\n> log" + shown + "\n"),
            std::string::npos);
}

}  // namespace
}  // namespace orch::hosting
