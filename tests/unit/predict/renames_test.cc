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

differential::File text(const std::string& bytes) { return {"100644", bytes}; }

// The answer on three snapshots, which must be git's and ours.
std::string decided(const Snapshot& base, const Snapshot& ours,
                    const Snapshot& theirs) {
  const MadeRepository made({{{}, base}, {{0}, ours}, {{0}, theirs}});
  EXPECT_EQ(reason(made), "");
  return differential::shown(ask(made, {made.id(1), made.id(2)}).merge);
}

TEST(Renames, SuggestTheNewPlaceOfADirectoryForAddedFiles) {
  const Snapshot base = {{"d/f", text(kLonger)}, {"d/g", text("x\n")}};
  Snapshot theirs = base;
  theirs["d/h"] = text("added\n");
  theirs["d/below/i"] = text("added as well\n");
  EXPECT_EQ(
      decided(base, {{"e/f", text(kLonger)}, {"e/g", text("x\n")}}, theirs),
      "conflict: e/below/i e/h ( directory rename suggested) ");
  EXPECT_EQ(decided(base, {{"f", text(kLonger)}, {"g", text("x\n")}}, theirs),
            "conflict: below/i h ( directory rename suggested) ");
}

TEST(Renames, MeetAFileAtTheSuggestedPlace) {
  const Snapshot base = {{"d/f", text(kLonger)}, {"d/g", text("x\n")}};
  Snapshot theirs = base;
  theirs["d/h"] = text("added\n");
  Snapshot ours = {{"e/f", text(kLonger)}, {"e/g", text("x\n")}};
  ours["e/h"] = theirs["d/h"];
  EXPECT_EQ(decided(base, ours, theirs),
            "conflict: e/h ( directory rename suggested) ");
  ours["e/h"] = text("other\n");
  EXPECT_EQ(decided(base, ours, theirs),
            "conflict: e/h ( contents directory rename suggested) ");
}

TEST(Renames, LeaveADirectoryThatWentToTwoPlacesToGit) {
  const MadeRepository made(
      {{{}, {{"d/f", text(kLonger)}, {"d/g", text("x\n")}}},
       {{0}, {{"e/f", text(kLonger)}, {"c/g", text("x\n")}}},
       {{0},
        {{"d/f", text(kLonger)}, {"d/g", text("x\n")}, {"d/h", text("y\n")}}}});
  EXPECT_EQ(reason(made), "possible rename");
}

// The destination of `d` is clear without `d/z`, so that `q`, which is less
// similar, became `t`.
TEST(Renames, StopLookingForFilesOfADirectoryOnceItsPlaceIsClear) {
  const std::string moved = std::string(kLonger) + "8\n9\n";
  Snapshot base = {{"d/z", text(moved)},
                   {"q", text(std::string("0\n") + moved)}};
  Snapshot ours = {{"t", text(moved + "10\n")}}, theirs = base;
  for (const std::string name : {"a", "b", "c"}) {
    base["d/" + name] = theirs["d/" + name] = text(name + "\n");
    ours["e/" + name] = text(name + "\n");
  }
  theirs["d/new"] = text("new\n");
  theirs["q"] = text(std::string("1\n") + moved);
  EXPECT_EQ(decided(base, ours, theirs),
            "conflict: e/new t ( contents directory rename suggested) ");
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
