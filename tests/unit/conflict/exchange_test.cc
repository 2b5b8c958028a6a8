// SPDX-License-Identifier: MIT
#include "conflict/exchange.h"

#include <filesystem>

#include "unit/scratch.h"

namespace orch::conflict {
namespace {

Blob blob(const std::string& bytes) {
  return {"100644", std::string(40, 'a'), bytes, bytes.size()};
}

// What a program left, judged.
class AnswerTest : public ::testing::Test {
 protected:
  AnswerTest() { std::filesystem::create_directory(scratch.path("resolved")); }
  ThreeSides text(const std::string& path) const {
    return {
        path, {"contents"}, blob("base\n"), blob("ours\n"), blob("theirs\n")};
  }
  // "x=text y-" for a text and a deletion, or the refusal.
  std::string judged(const std::vector<ThreeSides>& files) const {
    const Answer answer = read_answer(scratch.root(), files);
    if (!answer.refusal.empty()) {
      EXPECT_TRUE(answer.files.empty());
      return "refused: " + answer.refusal;
    }
    std::string out;
    for (const auto& [path, bytes] : answer.files)
      out += path + (bytes ? "=" + *bytes : "-");
    return out;
  }
  void leave(const std::string& path, const std::string& bytes) const {
    scratch.write("resolved/" + path, bytes);
  }
  test::Scratch scratch;
};

TEST_F(AnswerTest, IsWhatItResolvedAndDeleted) {
  ThreeSides gone = text("d/gone");
  gone.theirs = {};
  std::filesystem::create_directory(scratch.path("resolved/d"));
  leave("x", "both\n");
  scratch.write("deleted", "d/gone\n\n");
  EXPECT_EQ(judged({text("x"), gone}), "d/gone-x=both\n");
}

TEST_F(AnswerTest, IsRefusedWhenAFileIsMissingOrNotAskedFor) {
  EXPECT_EQ(judged({text("x")}), "refused: it left 'x' unresolved");
  leave("x", "both\n");
  leave("y\x1b", "more\n");
  EXPECT_EQ(judged({text("x")}),
            "refused: it left 'y\\x1b', which is not in conflict");
}

TEST_F(AnswerTest, IsRefusedWithConflictMarkersUnlessASideHasThem) {
  leave("x", "a\n<<<<<<< ours\nb\n");
  EXPECT_EQ(judged({text("x")}), "refused: its 'x' has conflict markers");
  ThreeSides about = text("x");
  about.ours = blob("<<<<<<< is a marker\n");
  EXPECT_EQ(judged({about}), "x=a\n<<<<<<< ours\nb\n");
  leave("x", "a\n=======\nb\n");
  EXPECT_EQ(judged({text("x")}), "x=a\n=======\nb\n");
}

TEST_F(AnswerTest, IsRefusedWhenItIsNoPlainFileOrTooLarge) {
  const std::string refusal =
      "refused: its 'x' is no regular file, or much larger than both sides";
  leave("x", std::string(70000, 'x'));
  EXPECT_EQ(judged({text("x")}), refusal);
  std::filesystem::remove(scratch.path("resolved/x"));
  std::filesystem::create_symlink("/etc/passwd", scratch.path("resolved/x"));
  EXPECT_EQ(judged({text("x")}), refusal);
  std::filesystem::remove_all(scratch.path("resolved"));
  std::filesystem::create_symlink("/etc", scratch.path("resolved"));
  EXPECT_EQ(judged({text("passwd")}),
            "refused: its directory 'resolved' is a symbolic link");
}

TEST_F(AnswerTest, IsRefusedWhenATextBecameBinary) {
  leave("x", std::string("a\0b", 3));
  EXPECT_EQ(judged({text("x")}), "refused: its 'x' is no text any more");
  ThreeSides binary = text("x");
  binary.ours = blob(std::string("\0", 1));
  EXPECT_EQ(judged({binary}), "x=" + std::string("a\0b", 3));
}

TEST_F(AnswerTest, IsRefusedWhenItDeletesWhatItMayNot) {
  scratch.write("deleted", "x\n");
  EXPECT_EQ(judged({text("x")}),
            "refused: it deleted 'x', which both sides have");
  EXPECT_EQ(judged({text("y")}),
            "refused: it deleted 'x', which is not in conflict");
  ThreeSides gone = text("x");
  gone.ours = {};
  leave("x", "kept\n");
  EXPECT_EQ(judged({gone}), "refused: it both resolved and deleted 'x'");
}

TEST(Obstacle, IsWhatNoProgramIsAskedAbout) {
  const auto file = [](const std::string& path) {
    return ThreeSides{path, {}, {}, blob("a\n"), blob("b\n")};
  };
  EXPECT_EQ(obstacle_to({file("a/b"), file("c")}), "");
  EXPECT_EQ(obstacle_to({file("../x")}), "'../x' is no path of a file");
  EXPECT_EQ(obstacle_to({file("/x")}), "'/x' is no path of a file");
  EXPECT_EQ(obstacle_to({file("a"), file("a/b")}),
            "'a' is a file and a directory");
  ThreeSides f = file("x");
  f.theirs.mode = "120000";
  EXPECT_EQ(obstacle_to({f}), "'x' is a symbolic link");
  f.theirs.mode = "160000";
  EXPECT_EQ(obstacle_to({f}), "'x' is a submodule");
  f = file("x");
  f.ours.bytes.reset();
  EXPECT_EQ(obstacle_to({f}), "a version of 'x' is missing");
  f.ours.size = kSmall + 1;
  EXPECT_EQ(obstacle_to({f}), "'x' is too large");
}

TEST(Extent, CountsLinesOfBothSidesAndPlaces) {
  ThreeSides f{"x",
               {},
               blob("a\nb\nc\nd\ne\n"),
               blob("A\nb\nc\nd\nE\n"),
               blob("1\n2\nb\nc\nd\n3\n")};
  const Extent extent = extent_of({f});
  EXPECT_EQ(extent.places, 2U);
  EXPECT_EQ(extent.lines, 5U);
}

TEST(Confidence, IsTheLastThatWasSaid) {
  EXPECT_EQ(confidence_in("I did.\nconfidence: 0.8\n"), 80);
  EXPECT_EQ(confidence_in("Confidence: 75%\nconfidence:1"), 100);
  EXPECT_EQ(confidence_in("confidence: 0.5\nconfidence: high"), 50);
  for (const char* none :
       {"", "confidence:", "confidence: 7", "confidence: -1", "confidence: nan",
        "confidence: 101%", "confidence: 0.8 or so"})
    EXPECT_EQ(confidence_in(none), std::nullopt) << none;
}

}  // namespace
}  // namespace orch::conflict
