// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "hook/fold.h"

namespace orch::hook {
namespace {

// "T001", "T001 done", or "" when none is named.
std::string task(const std::string& subject, const std::string& body = "") {
  const NamedTask t = task_of(subject, body);
  return t.id + (t.completed ? " done" : "");
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
  EXPECT_EQ(task("T" + std::string(1000, '1')), "T" + std::string(1000, '1'));
}

}  // namespace
}  // namespace orch::hook
