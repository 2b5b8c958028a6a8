// SPDX-License-Identifier: MIT
#include "tasklist/words.h"

#include <gtest/gtest.h>

namespace orch::tasklist {
namespace {

// "T001", "T001 done", or "" when none is named.
std::string task(const std::string& subject, const std::string& body = "") {
  const auto tasks = named_tasks(subject + "\n\n" + body);
  if (tasks.empty()) return "";
  return tasks[0].id + (tasks[0].completed ? " done" : "");
}

TEST(TaskOf, IsNamedByAWordOfTheSubject) {
  EXPECT_EQ(task("T001 add the model"), "T001");
  EXPECT_EQ(task("impl-api: T002 first step"), "T002");
  EXPECT_EQ(task("add the model (T003)"), "T003");
  EXPECT_EQ(task("[T12345]"), "T12345");
  EXPECT_EQ(task("T001"), "T001");
  EXPECT_EQ(task("T001, T002"), "T001");
}

TEST(TaskOf, IsNoPartOfALongerWordAndNeedsThreeDigits) {
  for (const char* none :
       {"T01 short", "T1", "T", "XT001", "aT001", "1T001", "_T001", "T001a",
        "T001_x", "t001", "T 001", "plain text", ""})
    EXPECT_EQ(task(none), "") << none;
}

TEST(TaskOf, GoesOnBehindWhatOnlyLooksLikeOne) {
  EXPECT_EQ(task("XT001 T01 T001x T007"), "T007");
  EXPECT_EQ(task("TT001 T008"), "T008");
}

TEST(TaskOf, IsNotNamedByTheBodyAlone) {
  EXPECT_EQ(task("subject", "this is about T001"), "");
}

TEST(TaskOf, IsCompletedByEachWordInAnyCase) {
  for (const char* word : {"done", "completes", "closes", "fixes", "Done",
                           "COMPLETES", "Closes", "FIXES"})
    EXPECT_EQ(task(std::string("model, ") + word + " T001"), "T001 done")
        << word;
}

TEST(TaskOf, IsCompletedAcrossAColonAndSpaces) {
  EXPECT_EQ(task("done: T001"), "T001 done");
  EXPECT_EQ(task("fixes  T001"), "T001 done");
  EXPECT_EQ(task("closes : T001"), "T001 done");
}

TEST(TaskOf, IsCompletedInTheBody) {
  EXPECT_EQ(task("subject", "text\nCloses T004\n"), "T004 done");
  EXPECT_EQ(task("T001 first step", "closes T004"), "T004 done");
}

TEST(TaskOf, IsNotCompletedByOtherWordsOrOtherOrder) {
  EXPECT_EQ(task("undone T001"), "T001");
  EXPECT_EQ(task("fix T001"), "T001");
  EXPECT_EQ(task("fixed T001"), "T001");
  EXPECT_EQ(task("T001 done"), "T001");
  EXPECT_EQ(task("done, T001"), "T001");
  EXPECT_EQ(task("done with T001"), "T001");
  EXPECT_EQ(task("done T01"), "");
}

TEST(TaskOf, TheCompletedOneWinsOverOneNamedEarlier) {
  EXPECT_EQ(task("T001 and T002, fixes T003"), "T003 done");
}

TEST(TaskOf, TrailersComeFirst) {
  EXPECT_EQ(task("fixes T001", "text\n\nOrch-Task-Done: T002"), "T002 done");
  EXPECT_EQ(task("T001", "Orch-Task: T002"), "T002");
  EXPECT_EQ(task("subject", "orch-task-done: T009"), "T009 done");
  EXPECT_EQ(task("fixes T001", "Orch-Task: T002"), "T001 done");
}

TEST(TaskOf, ATrailerAboveTheLastParagraphIsText) {
  EXPECT_EQ(task("subject", "Orch-Task: T002\n\nthe end"), "");
}

TEST(TaskOf, HoldsAgainstHostileText) {
  EXPECT_EQ(task("\x1b[31mT001\x1b[m"), "");
  EXPECT_EQ(task(std::string(100000, 'T')), "");
  EXPECT_EQ(task("T" + std::string(63, '1')), "T" + std::string(63, '1'));
  EXPECT_EQ(task("T" + std::string(64, '1')), "");
  EXPECT_EQ(task("caf\xE9 T001 \xFF"), "T001");
}

// "T001+ T002" for T001 completed and T002 named.
std::string all(const std::string& message) {
  std::string out;
  for (const NamedTask& t : named_tasks(message))
    out += (out.empty() ? "" : " ") + t.id + (t.completed ? "+" : "");
  return out;
}

TEST(NamedTasks, AreAllOfAMessageEachOnce) {
  EXPECT_EQ(all("T001 and T002: fixes T003, closes T004\n\n"
                "done T002\n\nOrch-Task: T005\nOrch-Task-Done: T006"),
            "T006+ T003+ T004+ T002+ T005 T001");
  EXPECT_EQ(all("T001 T001 T002"), "T001 T002");
}

TEST(NamedTasks, NeedAWordEach) {
  EXPECT_EQ(all("closes T001, T002"), "T001+ T002");
}

TEST(NamedTasks, AreNotCompletedAcrossALine) {
  EXPECT_EQ(all("subject\n\nmodels: done\nT002: open\n"), "");
}

TEST(NamedTasks, TakeSeveralIdsOfATrailer) {
  EXPECT_EQ(all("s\n\nOrch-Task: T001, T002 T003,\t abc-1\n"),
            "T001 T002 T003 abc-1");
  EXPECT_EQ(all("s\n\nOrch-Task: T001\nOrch-Task: T002\n"), "T001 T002");
  EXPECT_EQ(all("s\n\nOrch-Task: (T001) ../x T002;\n"), "");
}

TEST(NamedTasks, TakeFoldedTrailers) {
  EXPECT_EQ(all("s\n\nOrch-Task-Done: T001,\n  T002\n\tT003\nSee: x\n  T004\n"),
            "T001+ T002+ T003+");
}

TEST(NamedTasks, TakeTrailersAsGitDoes) {
  EXPECT_EQ(all("s\n\nORCH-TASK : T001\n"), "T001");
  EXPECT_EQ(all("s\n\norch-task-done:T001\n\n\n"), "T001+");
  EXPECT_EQ(all("s\n \t\nOrch-Task: T001\n"), "T001");
  EXPECT_EQ(all("s\n\n Orch-Task: T001\n"), "");
  EXPECT_EQ(all("s\n\nOrch Task: T001\n"), "");
  EXPECT_EQ(all("s\n\nOrch-Task T001\n"), "");
  EXPECT_EQ(all("s\n\nOrch-Tasks: T001\n"), "");
  EXPECT_EQ(all("Orch-Task: t1\n"), "");
  EXPECT_EQ(all("s\nOrch-Task: t1\n"), "");
  EXPECT_EQ(all("s\n\nOrch-Task: t1\n\nlast\n"), "");
  EXPECT_EQ(all("s\n\nOrch-Task: t1\n# comment\n\n# comment\n"), "t1");
  EXPECT_EQ(all("s\n\nOrch-Task: t1\n# comment\n t2\n"), "t1");
}

TEST(NamedTasks, TakeTrailersBesideTextWhileTheyAreAQuarter) {
  EXPECT_EQ(all("s\n\na\nb\nc\nOrch-Task: t1\n"), "t1");
  EXPECT_EQ(all("s\n\na\nb\nc\nd\nOrch-Task: t1\n"), "");
  EXPECT_EQ(all("s\n\na\nb\nc\nd\nOrch-Task: t1\n"
                "Signed-off-by: A <a@b>\n"),
            "t1");
  EXPECT_EQ(all("s\n\nOrch-Task: t1\n(cherry picked from commit 12)\n"), "t1");
}

TEST(NamedTasks, CountFoldedLinesOfNoTrailerAsText) {
  EXPECT_EQ(all("s\n\n a\n b\n c\nOrch-Task: t1\n"), "t1");
  EXPECT_EQ(all("s\n\n a\n b\n c\n d\nOrch-Task: t1\n"), "");
  EXPECT_EQ(all("s\n\nSee: x\n a\n b\n c\n d\n e\n f\n g\nOrch-Task: t1\n"),
            "t1");
  EXPECT_EQ(all("s\n\nSee: x\n#\n a\n b\n c\n d\n e\n f\n g\nOrch-Task: t1\n"),
            "");
}

TEST(NamedTasks, ReadLinesThatEndInCrlf) {
  EXPECT_EQ(all("closes T001\r\n\r\ntext\r\n\r\nOrch-Task: T002\r\n"
                "Orch-Task-Done: T003,\r\n T004\r\n"),
            "T003+ T004+ T001+ T002");
}

TEST(NamedTasks, OfARevertAreThoseOfItsTrailers) {
  const std::string id(40, 'a');
  EXPECT_EQ(all("Revert \"fixes T001\"\n\nThis reverts commit " + id + ".\n"),
            "");
  EXPECT_EQ(all("Reapply \"fixes T001\"\n\nThis reverts commit " + id +
                ".\n\nOrch-Task: T002\n"),
            "T002");
}

TEST(NamedTasks, TakeLinearTime) {
  const std::size_t size = 1 << 20;
  std::string ids = "s\n\nOrch-Task:";
  for (int i = 0; ids.size() < size; ++i) ids += " t" + std::to_string(i);
  EXPECT_GT(named_tasks(ids).size(), 100000U);
  for (const char* bit :
       {"T", "T001", "T001 ", "done ", "closes:", " ", ":", "\n", "\n\n",
        "a: b\n", " folded\n", "#\n", "text\n", "This reverts commit ",
        "\nThis reverts commit 1", "done T1234567890 ", "_", "\r\n"}) {
    std::string message;
    while (message.size() < size) message += bit;
    named_tasks(message);
    reverted_commits(message);
    named_tasks("T001\n\n" + message + "\n\nOrch-Task: t1");
  }
}

TEST(TaskId, IsAWordOfAtMost64Bytes) {
  for (const char* good : {"T001", "a", "9", "GH-12", "a.b_c-d", "T001.1"})
    EXPECT_TRUE(is_task_id(good)) << good;
  for (const char* bad :
       {"", "-a", ".a", "_a", "a b", "a/b", "a:", "\xC3\xA9", "a\n", "a,b"})
    EXPECT_FALSE(is_task_id(bad)) << bad;
  EXPECT_TRUE(is_task_id(std::string(64, 'a')));
  EXPECT_FALSE(is_task_id(std::string(65, 'a')));
}

TEST(RevertedCommits, AreThoseThatGitWrites) {
  using List = std::vector<std::string>;
  const std::string a(40, 'a'), b(64, 'b'), c(40, 'C');
  const std::string words = "This reverts commit ";
  EXPECT_EQ(reverted_commits("Revert \"x\"\n\n" + words + a + ".\n"), List{a});
  EXPECT_EQ(reverted_commits("Revert \"m\"\n\n" + words + a +
                             ", reversing\nchanges made to " + b + ".\n"),
            List{a});
  EXPECT_EQ(reverted_commits("s\r\n\r\n" + words + b + ".\r\n" + words + a),
            (List{b, a}));
  EXPECT_EQ(reverted_commits("s\n\n" + words + c), List{std::string(40, 'c')});
}

TEST(RevertedCommits, AreNoneInOtherText) {
  const std::string words = "This reverts commit ";
  for (const std::string& text :
       {words + std::string(39, 'a') + ".", words + std::string(41, 'a'),
        words + std::string(63, 'a'), words + std::string(39, 'a') + "g",
        words + std::string(40, 'a') + "g", "> " + words + std::string(40, 'a'),
        "this reverts commit " + std::string(40, 'a'), words, std::string()})
    EXPECT_TRUE(reverted_commits("s\n\n" + text + "\n").empty()) << text;
}

}  // namespace
}  // namespace orch::tasklist
