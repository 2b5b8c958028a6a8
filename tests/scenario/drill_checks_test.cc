// SPDX-License-Identifier: MIT
//
// That the checker of a drill can fail: what is spoilt behind its back is
// found.
#include "support/spoilt_drill.h"

namespace orch::test {
namespace {

// Each look but the first has one before it to compare with.
constexpr int kBeginning = 1, kMiddle = 2, kEnd = 3;
constexpr char kDrill[] =
    "chaos --seed 1 --agents 2 --duration 2s --min-interval 1s "
    "--max-interval 1s --only kill-daemon";

class DrillChecks : public SpoiltDrill {
 protected:
  Found found(int look, const std::string& script) {
    return found_in(kDrill, look, script);
  }
};

TEST_F(DrillChecks, FindNothingWhereNothingIsWrong) {
  EXPECT_EQ(found(kEnd, ""), Found{});
}

TEST_F(DrillChecks, FindWhatIsWrongWithGit) {
  EXPECT_EQ(found(kEnd,
                  "git update-ref refs/heads/feature/nobody HEAD\n"
                  "echo more >>draft.txt\n"
                  // one that nothing but fsck reads
                  "o=$(echo of nobody | git hash-object -w --stdin)\n"
                  "o=.git/objects/$(echo $o | sed 's,..,&/,')\n"
                  "chmod u+w $o\n"
                  "echo x >$o\n"),
            (Found{"fsck", "refs", "person"}));
}

TEST_F(DrillChecks, FindABranchThatWentBack) {
  EXPECT_EQ(found(kEnd,
                  "git -c core.hooksPath=/dev/null update-ref "
                  "refs/heads/feature/001-drill/impl-2 main\n"),
            (Found{"refs", "commits"}));
}

TEST_F(DrillChecks, FindALockThatIsLeft) {
  EXPECT_EQ(found(kEnd, "touch .git/worktrees/impl-1/index.lock\n"),
            (Found{"locks", "left/lock"}));
}

TEST_F(DrillChecks, FindAProcessOfNobody) {
  EXPECT_EQ(found(kMiddle, "cd /\nsetsid -f sleep 1000\n"),
            (Found{"processes", "left/process"}));
}

TEST_F(DrillChecks, FindASecondServerOfPanes) {
  EXPECT_EQ(found(kMiddle,
                  "cd /\n"
                  "tmux -f /dev/null -S \"$TMPDIR/second\" new-session -d "
                  "sleep 1000\n"),
            (Found{"processes", "left/process", "left/socket"}));
  EXPECT_TRUE(holds(texts[0], "2 servers of panes run")) << texts[0];
}

// By a process that a row names: nobody else may have one at all.
TEST_F(DrillChecks, FindADescriptorThatIsLeft) {
  EXPECT_EQ(
      found(kMiddle,
            "setsid sleep 1000 9<.git/orch/orch.db >/dev/null 2>&1 &\n"
            "pid=$!\n"
            "start=$(sed 's/.*) //' /proc/$pid/stat | cut -d ' ' -f 20)\n"
            "sql \"UPDATE agents SET pane_pid = $pid, pane_start = $start "
            "WHERE state = 'stopped'\"\n"),
      (Found{"descriptors", "left/process", "left/descriptor"}));
}

TEST_F(DrillChecks, FindWhatAPersonHadInOtherPlaces) {
  for (const char* act :
       {"git config --unset alias.st", "rm .git/hooks/applypatch-msg",
        "rm .git/hooks/post-commit.orch-chained",
        "sed -i '/a remark of/d' .git/config",
        "git config --global user.name somebody"})
    EXPECT_EQ(found(kEnd, act), Found{"person"}) << act;
}

// A store that forgot, and one that says what cannot be.
TEST_F(DrillChecks, FindWhatTheStoreHasLost) {
  EXPECT_EQ(found(kEnd,
                  "unlock\n"
                  "sql \"DELETE FROM task_events WHERE event_type = "
                  "'drill'\"\n"
                  "sql \"UPDATE task_events SET message = 'other' "
                  "WHERE id = 1\"\n"
                  "sql \"UPDATE leases SET fencing = 1\"\n"
                  "sql \"UPDATE messages SET level = 'queued' "
                  "WHERE id = 1\"\n"
                  "sql \"PRAGMA foreign_keys = off; "
                  "DELETE FROM messages WHERE id = 3\"\n"),
            (Found{"store", "history/event-lost", "history/event-changed",
                   "history/fencing", "history/level-fell",
                   "history/level-unproven", "history/message-lost"}));
}

TEST_F(DrillChecks, FindWhatTheStoreMakesUp) {
  EXPECT_EQ(
      found(kEnd,
            // One that is read, in no conversation.
            "transcript=$(sql \"SELECT transcript FROM agents WHERE id = 2\")\n"
            "sed -i 1d \"$transcript\"\n"
            "cat \"$transcript\" >\"$HOME/twice\"\n"
            "cat \"$HOME/twice\" >>\"$transcript\"\n"
            "sql \"UPDATE agents SET state = 'idle' WHERE id = 3\"\n"
            "sql \"UPDATE messages SET agent_id = 1 WHERE id = 3\"\n"),
      (Found{"history/level-unproven", "history/message-twice",
             "history/state-unexplained", "history/misdirected"}));
}

}  // namespace
}  // namespace orch::test
