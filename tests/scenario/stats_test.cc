// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatsVerb : public ::testing::Test {
 protected:
  StatsVerb() { box.make_repository(); }

  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    for (const char* type : {"note", "decision", "note"})
      box.ok(std::string("git orch log-event 001-a overseer ") + type +
             " x -q");
  }

  Sandbox box;
};

TEST_F(StatsVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(
      box.ok("git orch stats -h").starts_with("usage: git orch stats "));
  for (const char* line : {"git orch stats a", "git orch stats --event"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(StatsVerb, AnswersEmptyAndCreatesNothingWithoutAStore) {
  EXPECT_EQ(box.ok("git orch stats --json"),
            R"({"version":1,"ok":true,"data":{"stats":[]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch stats"), "nothing to count\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(StatsVerb, CountsEventsByTypeTheMostFrequentFirst) {
  set_up();
  EXPECT_EQ(box.ok("git orch stats --events --porcelain"),
            "events\tnote\t2\nevents\tdecision\t1\n");
  EXPECT_EQ(box.ok("git orch stats --events"),
            "WHAT    NAME      COUNT\n"
            "events  note      2\n"
            "events  decision  1\n");
  EXPECT_EQ(box.ok("git orch stats --events --json"),
            R"({"version":1,"ok":true,"data":{"stats":[)"
            R"({"what":"events","name":"note","count":2},)"
            R"({"what":"events","name":"decision","count":1}]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch stats --events -q"), "");
}

TEST_F(StatsVerb, CountsEverythingElseToo) {
  set_up();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m one");
  box.ok_in(tree, "git commit -q --allow-empty -m two");
  // A person's event about a commit is no commit.
  box.ok("git orch log-event 001-a overseer status_update x '' HEAD -q");
  box.ok("git orch send 001-a/impl-ui -m hi -q");
  box.ok("git orch send 001-a/impl-ui -m ho -q");
  box.ok("git orch log-conflict 001-a impl-ui a.txt -q");
  EXPECT_EQ(box.ok("git orch stats --porcelain"),
            "events\tstatus_update\t3\nevents\tnote\t2\n"
            "events\tconflict_detected\t1\nevents\tdecision\t1\n"
            "commits\t001-a/impl-ui\t2\n"
            "messages\tqueued\t2\n"
            "conflicts\topen\t1\n");
}

TEST_F(StatsVerb, CountsACommitOnceHoweverOftenItIsRewritten) {
  set_up();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m one");
  box.ok_in(tree, "git commit -q --amend --allow-empty -m two");
  EXPECT_TRUE(holds(box.ok("git orch stats --porcelain"),
                    "commits\t001-a/impl-ui\t1\n"));
}

}  // namespace
}  // namespace orch::test
