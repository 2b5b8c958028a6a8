// SPDX-License-Identifier: MIT
#include "predict/predict.h"

#include <gtest/gtest.h>

#include "asking.h"
#include "file/file.h"
#include "predict/bases.h"
#include "text/text.h"

namespace orch::predict {
namespace {

void remove_object(const MadeRepository& made, const std::string& name) {
  // fast-import writes few objects loose; all of them, to remove one.
  const std::string pack = made.repository().common_dir + "/objects/pack";
  for (const auto& entry : std::filesystem::directory_iterator(pack)) {
    if (entry.path().extension() != ".pack") continue;
    const std::string moved = made.repository().common_dir + "/moved.pack";
    std::filesystem::rename(entry.path(), moved);
    const std::string bytes = *file::find_contents(moved);
    made.git({"-C", made.repository().common_dir, "unpack-objects", "-q"},
             bytes);
  }
  const std::string id(text::trim(
      made.git({"-C", made.repository().common_dir, "rev-parse", name})));
  file::remove(made.repository().common_dir + "/objects/" + id.substr(0, 2) +
               "/" + id.substr(2));
}

TEST(Predict, DecidesChangesApartAndTogether) {
  const MadeRepository clean(apart());
  EXPECT_EQ(reason(clean), "");
  EXPECT_EQ(ask(clean, {clean.id(1), clean.id(2)}).merge.verdict,
            git::Verdict::Clean);
  auto commits = apart();
  commits[2].files["f"].bytes = std::string("2\n") + (kText + 2);
  const MadeRepository conflicting(commits);
  EXPECT_EQ(reason(conflicting), "");
  EXPECT_EQ(differential::shown(
                ask(conflicting, {conflicting.id(1), conflicting.id(2)}).merge),
            "conflict: f ( contents) ");
}

TEST(Predict, TellsWhatItDidAndWhy) {
  const MadeRepository made(apart());
  const auto fast = ask(made, {made.id(1), made.id(2)}).statistics;
  EXPECT_EQ(fast.pairs, 1u);
  EXPECT_EQ(fast.decided, 1u);
  EXPECT_EQ(fast.handed_to_git, 0u);
  const auto git = ask(made, {made.id(1), made.id(2)}, Engine::Git).statistics;
  EXPECT_EQ(git.decided, 0u);
  EXPECT_EQ(git.reasons.at("engine is git"), 1u);
}

TEST(Predict, TakesBranchesUnlessAnotherRefComesFirst) {
  const MadeRepository made(apart());
  EXPECT_EQ(ask(made, {"c1", "c2"}).statistics.decided, 1u);
  made.git({"-C", made.repository().common_dir, "tag", "c2", made.id(0)});
  EXPECT_EQ(ask(made, {"c1", "c2"}).statistics.reasons.at("unreadable tip"),
            1u);
}

TEST(Predict, LeavesUnusualRepositoriesToGit) {
  const auto with_setting = [](const std::string& key, const char* value) {
    const MadeRepository made(apart());
    made.git({"-C", made.repository().common_dir, "config", key, value});
    return reason(made);
  };
  EXPECT_EQ(with_setting("merge.renames", "false"), "setting merge.renames");
  EXPECT_EQ(with_setting("diff.algorithm", "myers"), "setting diff.algorithm");
  EXPECT_EQ(with_setting("merge.conflictStyle", "diff3"),
            "setting merge.conflictstyle");
  EXPECT_EQ(with_setting("remote.origin.promisor", "true"),
            "setting remote.origin.promisor");
  EXPECT_EQ(with_setting("merge.ff", "false"), "");
  EXPECT_EQ(with_setting("merge.mine.driver", "true"), "");

  const auto with_file = [](const std::string& name, const std::string& text) {
    const MadeRepository made(apart());
    file::write_atomically(made.repository().common_dir + "/" + name, text);
    return reason(made);
  };
  EXPECT_EQ(with_file("shallow", ""), "shallow history");
  EXPECT_EQ(with_file("info/grafts", ""), "grafts");

  const MadeRepository replaced(apart());
  replaced.git({"-C", replaced.repository().common_dir, "replace",
                replaced.id(1), replaced.id(2)});
  EXPECT_EQ(reason(replaced), "replaced objects");
  replaced.git({"-C", replaced.repository().common_dir, "pack-refs", "--all"});
  EXPECT_EQ(reason(replaced), "replaced objects");
}

TEST(Predict, LeavesFilesWithAMergeAttributeToGit) {
  auto commits = apart();
  commits[2].files["f"].bytes = std::string("2\n") + (kText + 2);
  const MadeRepository made(commits);
  const std::string path = made.repository().common_dir + "/info/attributes";
  file::write_atomically(path, "other merge=union\n");
  EXPECT_EQ(reason(made), "");
  file::write_atomically(path, "f merge=union\n");
  EXPECT_EQ(reason(made), "merge attribute");
  EXPECT_EQ(ask(made, {made.id(1), made.id(2)}).merge.verdict,
            git::Verdict::Clean);
  file::write_atomically(path, "f binary\n");
  EXPECT_EQ(reason(made), "merge attribute");
}

// A base, two commits, and two merges of them: each has both as merge bases
// with the other. `ours` and `theirs` are `f` in those merges.
std::vector<MadeCommit> crossed(const std::string& ours,
                                const std::string& theirs) {
  std::vector<MadeCommit> commits = apart();
  commits.push_back({{1, 2}, with("f", ours)});
  commits.push_back({{1, 2}, with("f", theirs)});
  return commits;
}

TEST(Predict, MergesTwoMergeBases) {
  const auto verdict = [](const MadeRepository& made) {
    const Answer answer = ask(made, {made.id(3), made.id(4)});
    const Answer truth = ask(made, {made.id(3), made.id(4)}, Engine::Git);
    EXPECT_TRUE(differential::same_answer(answer.merge, truth.merge));
    EXPECT_EQ(answer.statistics.handed_to_git, 0u);
    return answer.merge.verdict;
  };
  // The merge of the bases is "1 b c d 5": the third line is changed twice.
  EXPECT_EQ(
      verdict(MadeRepository(crossed("1\nb\nC\nd\n5\n", "1\nb\nc\nd\n5\n6\n"))),
      git::Verdict::Clean);
  EXPECT_EQ(
      verdict(MadeRepository(crossed("1\nb\nC\nd\n5\n", "1\nb\nD\nd\n5\n"))),
      git::Verdict::Conflict);
  // Each has left out what one of the bases had changed.
  EXPECT_EQ(
      verdict(MadeRepository(crossed("a\nb\nc\nd\n5\n", "1\nb\nc\nd\ne\n"))),
      git::Verdict::Clean);
}

TEST(Predict, TakesTheBaseThatReachesTheOther) {
  // The first commit has a late date, and is met before those in between.
  std::vector<MadeCommit> commits = {{{}, with("f", kText), 1000},
                                     {{0}, with("f", "1\n")},
                                     {{1}, with("f", kText)},
                                     {{2, 0}, with("f", "3\n"), 2000},
                                     {{2, 0}, with("g", "4\n"), 2000}};
  const MadeRepository made(commits);
  objects::Database database({made.repository().common_dir + "/objects"});
  History history(database);
  const std::vector<Id> tips = {*objects::parse_id(made.id(3)),
                                *objects::parse_id(made.id(4))};
  ASSERT_EQ(merge_bases(history, tips, {{0, 1}})[0].count, 2);
  const git::Pair pair(made.id(3), made.id(4));
  const Answer answer = ask(made, pair);
  EXPECT_EQ(answer.statistics.handed_to_git, 0u);
  EXPECT_TRUE(differential::same_answer(answer.merge,
                                        ask(made, pair, Engine::Git).merge));
}

TEST(Predict, LeavesTwoMergeBasesThatConflictToGit) {
  std::vector<MadeCommit> commits = crossed("3\n", "4\n");
  commits[2].files = with("f", std::string("2\n") + (kText + 2));
  const MadeRepository made(commits);
  const Answer answer = ask(made, {made.id(3), made.id(4)});
  EXPECT_EQ(answer.statistics.reasons.begin()->first, "several merge bases");
}

TEST(Predict, NeverTakesTheUnreadableForClean) {
  const MadeRepository unrelated(
      {{{}, with("f", kText)}, {{}, with("f", "1\n")}, {{0}, {}}});
  EXPECT_EQ(reason(unrelated), "");
  const git::Pair pair(unrelated.id(1), unrelated.id(2));
  for (const Engine engine : {Engine::Fast, Engine::Git}) {
    const git::Merge merge = ask(unrelated, pair, engine).merge;
    EXPECT_EQ(merge.verdict, git::Verdict::Unknown);
    EXPECT_EQ(merge.reason, "refusing to merge unrelated histories");
  }
  for (const std::string what : {"c0", "c1", "c1^{tree}", "c0:f", "c1:f"}) {
    const MadeRepository made(apart());
    remove_object(made, what);
    EXPECT_NE(reason(made), "") << what;
    // git 2.39 takes a missing tree for an empty one.
    EXPECT_NE(ask(made, {made.id(1), made.id(2)}).merge.verdict,
              git::Verdict::Clean)
        << what;
  }
}

// git 2.39 aborts on this pair, later ones do not; what it had found out about
// pairs before is lost then.
TEST(Predict, TellsTheOtherPairsWhenGitAborts) {
  const auto text = [](const std::string& word) {
    std::string out;
    for (int i = 0; i < 10; ++i) out += word + " " + std::to_string(i) + "\n";
    return differential::File{"100644", out};
  };
  const MadeRepository made(
      {{{}, {{"a/h.c", text("h")}, {"a/i", text("i")}, {"a/x/f", text("f")}}},
       {{0}, {{"a/h.c", text("h")}, {"a/h", text("f")}}},
       {{0},
        {{"a/x/h.c", text("h")}, {"a/x/i", text("i")}, {"a/x/x/f", text("f")}}},
       {{0}, {{"a/i", text("1")}}},
       {{0}, {{"a/i", text("2")}}}});
  const git::Pair conflict(made.id(3), made.id(4)),
      aborts(made.id(1), made.id(2));
  const git::Quarantine quarantine(made.repository());
  const auto merges = git::merge_all(made.repository(), quarantine,
                                     {conflict, conflict, aborts, conflict});
  for (const std::size_t i : {0, 1, 3})
    EXPECT_EQ(merges[i].verdict, git::Verdict::Conflict) << merges[i].reason;
  EXPECT_NE(merges[2].verdict, git::Verdict::Clean);
}

TEST(Predict, GoesOnBehindAPairThatCannotBeTold) {
  const MadeRepository made(apart());
  const git::Quarantine quarantine(made.repository());
  const std::string gone(40, '9');
  Statistics statistics;
  const auto merges = merge_all(
      made.repository(), quarantine,
      {{gone, made.id(1)}, {made.id(1), made.id(2)}, {made.id(0), made.id(0)}},
      Engine::Fast, &statistics);
  EXPECT_EQ(merges[0].verdict, git::Verdict::Unknown);
  EXPECT_EQ(merges[1].verdict, git::Verdict::Clean);
  EXPECT_EQ(merges[2].verdict, git::Verdict::Clean);
  EXPECT_EQ(statistics.handed_to_git, 1u);
}

TEST(Predict, ReadsCommitsOfTheQuarantine) {
  const MadeRepository made(apart());
  const git::Quarantine quarantine(made.repository());
  const auto in_quarantine = [&](const std::vector<std::string>& args) {
    return std::string(text::trim(
        git::require(made.repository(),
                     {.args = args, .environment = quarantine.environment()})));
  };
  const std::string id = in_quarantine(
      {"-c", "user.name=a", "-c", "user.email=a", "commit-tree",
       made.id(2) + "^{tree}", "-p", made.id(0), "-m", "open work"});
  Statistics statistics;
  const auto merges = merge_all(made.repository(), quarantine,
                                {{made.id(1), id}}, Engine::Fast, &statistics);
  EXPECT_EQ(merges[0].verdict, git::Verdict::Clean);
  EXPECT_EQ(statistics.decided, 1u);
}

// The bases of commits `a` and `b`: "2" for several, else the commit's number.
std::string base_of(const MadeRepository& made, std::size_t a, std::size_t b,
                    std::size_t commits) {
  objects::Database database({made.repository().common_dir + "/objects"});
  History history(database);
  const auto found = merge_bases(
      history, {*objects::parse_id(made.id(a)), *objects::parse_id(made.id(b))},
      {{0, 1}});
  if (found[0].count != 1) return found[0].count ? "several" : "none";
  for (std::size_t i = 0; i < commits; ++i)
    if (made.id(i) == objects::hex(found[0].commit)) return std::to_string(i);
  return "unknown";
}

TEST(MergeBases, AreTheBestSharedAncestors) {
  //  0 - 1 - 3     5: a merge of 3 and 2
  //    \ 2   \ 5   7: a merge of 3 and 2 the other way round: criss-cross
  const std::vector<MadeCommit> commits = {
      {{}, {}},     {{0}, {}},    {{0}, {}}, {{1}, {}}, {{3}, {}},
      {{3, 2}, {}}, {{2, 3}, {}}, {{}, {}},  {{5}, {}}};
  const MadeRepository made(commits);
  const auto base = [&](std::size_t a, std::size_t b) {
    return base_of(made, a, b, commits.size());
  };
  EXPECT_EQ(base(1, 2), "0");
  EXPECT_EQ(base(4, 5), "3");
  EXPECT_EQ(base(2, 5), "2");
  EXPECT_EQ(base(5, 6), "several");
  EXPECT_EQ(base(6, 8), "several");
  EXPECT_EQ(base(1, 7), "none");
  EXPECT_EQ(base(0, 8), "0");
}

}  // namespace
}  // namespace orch::predict
