// SPDX-License-Identifier: MIT
#include "predict/renames.h"

#include "asking.h"

namespace orch::predict {
namespace {

constexpr char kLonger[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

// The answer on a base with `f`, a side that moves it to `g`, and one that has
// `theirs` instead; empty: that removes it.
Answer moved(const std::string& at_g, const std::string& theirs,
             const std::string& more = {}) {
  std::vector<MadeCommit> commits = {{{}, with("f", kLonger)},
                                     {{0}, with("g", at_g)},
                                     {{0}, with("f", theirs)}};
  if (theirs.empty()) commits[2].files.erase("f");
  if (!more.empty()) commits[1].files["h"] = {"100644", more};
  const MadeRepository made(commits);
  const Answer truth = ask(made, {made.id(1), made.id(2)}, Engine::Git);
  const Answer answer = ask(made, {made.id(1), made.id(2)});
  EXPECT_TRUE(differential::same_answer(answer.merge, truth.merge))
      << differential::shown(truth.merge);
  return answer;
}

TEST(Renames, FollowsARenameThatLeavesNoChoice) {
  const std::string first = std::string("1\n") + (kLonger + 4);
  const std::string other = std::string("2\n") + (kLonger + 4);
  const std::string last = std::string(kLonger) + "eight\n";
  const auto text = [](const Answer& answer) {
    EXPECT_EQ(answer.statistics.handed_to_git, 0u);
    return differential::shown(answer.merge);
  };
  EXPECT_EQ(text(moved(kLonger, first)), "clean: () ");
  EXPECT_EQ(text(moved(last, first)), "clean: () ");
  EXPECT_EQ(text(moved(first, other)), "conflict: g ( contents) ");
  EXPECT_EQ(text(moved("new\n", other)), "conflict: f ( modify/delete) ");
  EXPECT_EQ(text(moved(kLonger, "")), "conflict: g ( rename/delete) ");
  EXPECT_EQ(text(moved(first, "")),
            "conflict: g ( modify/delete rename/delete) ");
}

TEST(Renames, FollowsTheMostSimilarFile) {
  const std::string first = std::string("1\n") + (kLonger + 4);
  const std::string other = std::string("2\n") + (kLonger + 4);
  const auto text = [](const Answer& answer) {
    EXPECT_EQ(answer.statistics.handed_to_git, 0u);
    return differential::shown(answer.merge);
  };
  // An equal file, at "h", before a similar one, at "g".
  EXPECT_EQ(text(moved(first, other, kLonger)), "clean: () ");
  EXPECT_EQ(text(moved(first, other, first + "eight\n")),
            "conflict: g ( contents) ");
}

TEST(Renames, LeavesEquallySimilarFilesToGit) {
  const std::string first = std::string("1\n") + (kLonger + 4);
  const Answer answer = moved(first, std::string(kLonger) + "8\n", first);
  EXPECT_EQ(answer.statistics.reasons.at("possible rename"), 1u);
}

// Both sides move the only file, and change its first line or nothing.
std::string moved_twice(const std::string& ours, const std::string& theirs,
                        const std::string& to) {
  const MadeRepository made({{{}, with("f", kLonger)},
                             {{0}, with("g", ours)},
                             {{0}, with(to, theirs)}});
  EXPECT_EQ(reason(made), "");
  return differential::shown(ask(made, {made.id(1), made.id(2)}).merge);
}

TEST(Renames, FollowsWhatBothSidesMove) {
  const std::string first = std::string("1\n") + (kLonger + 4);
  const std::string last = std::string(kLonger) + "8\n";
  const std::string other = std::string("2\n") + (kLonger + 4);
  EXPECT_EQ(moved_twice(first, last, "g"), "clean: () ");
  EXPECT_EQ(moved_twice(first, other, "g"), "conflict: g ( contents) ");
  EXPECT_EQ(moved_twice(first, last, "h"), "conflict: f g h ( rename/rename) ");
}

TEST(Renames, LeavesAMovedDirectoryToGit) {
  const MadeRepository made(
      {{{}, {{"d/f", {"100644", kLonger}}, {"d/g", {"100644", "x\n"}}}},
       {{0}, {{"e/f", {"100644", kLonger}}, {"e/g", {"100644", "x\n"}}}},
       {{0},
        {{"d/f", {"100644", kLonger}},
         {"d/g", {"100644", "x\n"}},
         {"d/h", {"100644", "added\n"}}}}});
  EXPECT_EQ(reason(made), "possible rename");
}

TEST(Renames, KnowsThatADirectoryWasNotMoved) {
  const MadeRepository made(
      {{{}, {{"d/f", {"100644", kLonger}}, {"g", {"100644", "x\n"}}}},
       {{0}, {{"e", {"100644", "y\n"}}, {"g", {"100644", "x\n"}}}},
       {{0},
        {{"d/f", {"100644", kLonger}},
         {"g", {"100644", "x\n"}},
         {"d/h", {"100644", "added\n"}}}}});
  EXPECT_EQ(reason(made), "");
}

TEST(Renames, LeavesARenameToATakenPathToGit) {
  const std::string first = std::string("1\n") + (kLonger + 4);
  const std::string other = std::string("2\n") + (kLonger + 4);
  std::vector<MadeCommit> commits = {{{}, with("f", kLonger)},
                                     {{0}, with("g", first)},
                                     {{0}, with("f", other)}};
  commits[2].files["g"] = {"100644", first};  // the same on both sides
  EXPECT_EQ(reason(MadeRepository(commits)), "possible rename");
}

}  // namespace
}  // namespace orch::predict
