// SPDX-License-Identifier: MIT
#include "trailer/trailer.h"

#include <gtest/gtest.h>

namespace orch::trailer {
namespace {

const Signature kSignature = {"001-a", "001-a/api", ""};
const std::string kOurs = "Orch-Feature: 001-a\nOrch-Agent: 001-a/api\n";
const std::string kHint = "# Please enter\n#\n# On branch x\n#\tnew: a\n";
const std::string kScissors =
    "# ------------------------ >8 ------------------------\n";

std::string edited(std::string_view message, Editor editor,
                   const Signature& signature = kSignature) {
  const auto insertion = sign(message, signature, editor);
  std::string out(message);
  if (insertion) out.insert(insertion->at, insertion->text);
  return out;
}
std::string with(std::string_view message) {
  return edited(message, Editor::Yes);
}
std::string given(std::string_view message) {
  return edited(message, Editor::No);
}
std::string replaced(std::string text, const std::string& from,
                     const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
  return text;
}
bool has_task(std::string_view message) {
  return edited(message, Editor::No, {"001-a", "001-a/api", "T007"})
             .find("Orch-Task: T007\n") != std::string::npos;
}

TEST(Trailers, AreAParagraphOfTheirOwn) {
  EXPECT_EQ(given("s\n"), "s\n\n" + kOurs);
  EXPECT_EQ(given("s"), "s\n\n" + kOurs);
  EXPECT_EQ(given("s\n\nbody\n"), "s\n\nbody\n\n" + kOurs);
  EXPECT_EQ(given("s\n\n\n\n"), "s\n\n" + kOurs + "\n\n\n");
  EXPECT_EQ(given("fix: a\n"), "fix: a\n\n" + kOurs);
  EXPECT_EQ(given("\n\nfix: a\n"), "\n\nfix: a\n\n" + kOurs);
  EXPECT_EQ(given("a: b\nc: d\n"), "a: b\nc: d\n\n" + kOurs);
  EXPECT_EQ(given("\xff\xfe"), "\xff\xfe\n\n" + kOurs);
}

TEST(Trailers, JoinThoseThatAreThere) {
  for (const std::string last :
       {"Signed-off-by: A <a>\n", "Co-authored-by: A <a>\n",
        "(cherry picked from commit 12)\n", "See: a\n b\n",
        "one\ntwo\nthree\nSigned-off-by: A <a>\n", "Key : value\n"}) {
    EXPECT_EQ(given("s\n\n" + last), "s\n\n" + last + kOurs);
    EXPECT_EQ(with("s\n\n" + last + "\n" + kHint),
              "s\n\n" + last + kOurs + "\n" + kHint);
  }
  EXPECT_EQ(given("s\n\nSigned-off-by: A"), "s\n\nSigned-off-by: A\n" + kOurs);
}

TEST(Trailers, TakeAMessageOfMarksForText) {
  for (const std::string message : {"...", ">", "- a\n-\n", "\xF0\x9F\x9A\x80"})
    EXPECT_EQ(given(message).find(message + "\n"), 0U) << message;
}

TEST(Trailers, DoNotJoinText) {
  for (const std::string last :
       {"See: a\ntext\n", "a\nb\nc\nd\nSigned-off-by: A <a>\n", " See: a\n",
        "http://x\nwords\n", "This reverts commit 12.\n", "- a: b\n"})
    EXPECT_EQ(given("s\n\n" + last), "s\n\n" + last + "\n" + kOurs) << last;
}

TEST(Trailers, StandAboveCommentsAndScissors) {
  EXPECT_EQ(with("s\n\n" + kHint), "s\n\n" + kOurs + "\n" + kHint);
  EXPECT_EQ(with("s\n" + kHint), "s\n\n" + kOurs + kHint);
  EXPECT_EQ(with("s\n" + kScissors + "diff\n+a\n"),
            "s\n\n" + kOurs + kScissors + "diff\n+a\n");
  EXPECT_EQ(given("s\n" + kScissors + "diff\n"),
            "s\n\n" + kOurs + kScissors + "diff\n");
  EXPECT_EQ(with("s\n\n" + kHint + kScissors + "diff\n"),
            "s\n\n" + kOurs + "\n" + kHint + kScissors + "diff\n");
}

TEST(Trailers, TakeEveryCommentCharacterOfATemplate) {
  for (const std::string c : {";", "%", "//", "\xE2\x82\xAC"}) {
    const std::string hint = replaced(kHint, "#", c);
    EXPECT_EQ(with("s\n\n# text\n\n" + hint),
              "s\n\n# text\n\n" + kOurs + "\n" + hint);
    EXPECT_EQ(with("\n" + hint), "\n" + hint);
    EXPECT_EQ(with(replaced(kScissors, "#", c) + "diff\n"),
              replaced(kScissors, "#", c) + "diff\n");
  }
}

TEST(Trailers, LeaveTextThatOnlyLooksLikeComments) {
  for (const std::string last :
       {"- a\n- b\n", "> a\n> b\n", "> a\n>\nb\n", "-\n--\n", "; a\nREM\n"})
    EXPECT_EQ(with("s\n\n" + last), "s\n\n" + last + "\n" + kOurs) << last;
  EXPECT_EQ(given("s\n\n# head\n"), "s\n\n# head\n\n" + kOurs);
  const std::string no_cut = replaced(kScissors, "# ", "text ");
  EXPECT_EQ(given("s\n\n" + no_cut), "s\n\n" + no_cut + "\n" + kOurs);
}

TEST(Trailers, LeaveAnEmptyMessageEmpty) {
  for (const std::string& message :
       {std::string(), std::string("\n"), std::string(" \t\r\n\n"), kHint,
        "\n" + kHint, "\n\nSigned-off-by: A <a>\n\n" + kHint,
        kScissors + "diff\n", "\n" + kHint + kScissors + "diff\n",
        "amend! s\n\n" + kHint, std::string("amend! s")}) {
    EXPECT_EQ(with(message), message);
    EXPECT_EQ(given(message), message);
  }
  EXPECT_NE(with("amend! s\n\ns\n\n" + kHint), "amend! s\n\ns\n\n" + kHint);
}

TEST(Trailers, LeaveASignedMessageAlone) {
  for (const std::string message :
       {"s\n\nOrch-Agent: 002-b/web\n",
        "s\n\norch-agent : 002-b/web\nSigned-off-by: A <a>\n",
        "s\n\nOrch-Agent: 002-b/web\r\n"})
    EXPECT_EQ(given(message), message);
  EXPECT_EQ(with("s\n\nOrch-Agent: x\n\n" + kHint),
            "s\n\nOrch-Agent: x\n\n" + kHint);
}

TEST(Trailers, AreAddedWhereThoseAboveAreText) {
  EXPECT_EQ(given("Orch-Agent: x\n"), "Orch-Agent: x\n\n" + kOurs);
  EXPECT_EQ(given("s\n\nOrch-Agent: x\n\nwords\n"),
            "s\n\nOrch-Agent: x\n\nwords\n\n" + kOurs);
  EXPECT_EQ(given("s\n\nOrch-Feature: 001-a\n"),
            "s\n\nOrch-Feature: 001-a\nOrch-Agent: 001-a/api\n");
}

TEST(Trailers, KeepTheLineEnd) {
  const std::string ours = replaced(kOurs, "\n", "\r\n");
  EXPECT_EQ(given("s\r\n"), "s\r\n\r\n" + ours);
  EXPECT_EQ(given("s\r\n\r\nbody"), "s\r\n\r\nbody\r\n\r\n" + ours);
  EXPECT_EQ(given("s\r\n\r\nSee: a\r\n"), "s\r\n\r\nSee: a\r\n" + ours);
}

TEST(Trailers, NameTheTaskUnlessTheMessageDoes) {
  for (const char* without :
       {"s\n", "s\n\nlike T001\n", "T12\n", "xT001\n", "T001a\n",
        "undone\n\nundone T001\n", "s\n\ndone: see T001\n"})
    EXPECT_TRUE(has_task(without)) << without;
  for (const char* named :
       {"T001: s\n", "s (T001)", "s\n\nfixes T001\n", "s\n\nDone: T001.\n",
        "s\n\nORCH-TASK: t\n", "s\n\nOrch-Task-Done: t\nSee: a\n"})
    EXPECT_FALSE(has_task(named)) << named;
}

TEST(OwnText, IsWithoutCommentsAndSignOff) {
  EXPECT_EQ(own_text("\ns\n# c\n\nb\n\n\nSigned-off-by: A <a>\n\n" + kHint),
            "s\n\nb");
  EXPECT_EQ(own_text("s\n" + kScissors + "diff"), "s");
  EXPECT_EQ(own_text(kHint), "");
  EXPECT_EQ(own_text(""), "");
}

TEST(Trailers, TakeLinearTime) {
  for (const char* bit : {"\n", "a\n", "#\n", ";\n", "T", "T001 ", "a: b\n",
                          " ", "\r\n", "Signed-off-by: ", "\n\na",
                          " ------------------------ >8 -------------------",
                          " ------------------------ >8 "
                          "------------------------"}) {
    std::string message = "s\n\n";
    while (message.size() < 1 << 22) message += bit;
    sign(message, {"001-a", "001-a/api", "T1"}, Editor::No);
    sign(message + "\n\n" + kHint, kSignature, Editor::Yes);
    own_text(message);
  }
}

TEST(Trailers, SayWhoHasSigned) {
  EXPECT_EQ(signed_role(given("s\n"), "001-a"), "api");
  EXPECT_EQ(signed_role("s\r\n\r\nOrch-Agent: 001-a/api\r\n", "001-a"), "api");
  EXPECT_EQ(signed_role("s\n\nOrch-Agent: 001-a/ui\n" + kOurs, "001-a"), "ui");
  EXPECT_EQ(signed_role("s\n\n" + kOurs, "001"), "");
  EXPECT_EQ(signed_role("s\n\n" + kOurs, "001-ab"), "");
  EXPECT_EQ(signed_role("about Orch-Agent: 001-a/api\n", "001-a"), "");
  EXPECT_EQ(signed_role("", "001-a"), "");
}

}  // namespace
}  // namespace orch::trailer
