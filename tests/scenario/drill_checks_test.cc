// SPDX-License-Identifier: MIT
//
// That the checker of a drill can fail: what is spoilt behind its back is
// found. Only the checker calls git-fsck(1), once each time that it looks.
#include <set>

#include "support/first_git.h"

namespace orch::test {
namespace {

using Found = std::set<std::string>;

// The second look, at the end, has one before it to compare with.
constexpr int kBeginning = 1, kEnd = 2;

class DrillChecks : public ::testing::Test {
 protected:
  DrillChecks() {
    put_before_git(box,
                   "if test \"$1\" = fsck; then\n"
                   "  echo >>\"$HOME/looks\"\n"
                   "  test $(wc -l <\"$HOME/looks\") != \"$SPOIL_AT\" ||\n"
                   "    sh -c \"$SPOIL\" >/dev/null 2>>\"$SPOIL_ERRORS\"\n"
                   "fi");
    box.set("SPOIL_ERRORS", box.path("errors"));
  }

  // Which checks find something when `script` runs in the repository then.
  Found found(int look, const std::string& script) {
    box.set("SPOIL_AT", std::to_string(look));
    box.set("SPOIL",
            "set -e\nsql() { sqlite3 -cmd '.timeout 10000' "
            ".git/orch/orch.db \"$1\"; }\n" +
                script);
    const Result r = box.type_in(
        box.root(),
        "git-orch drill chaos --json --seed 1 --agents 2 --duration 1s");
    EXPECT_EQ(box.read(box.path("errors")), "");
    Found out;
    const json::Value drill = r.data()["drill"];
    const json::Array* const findings = drill["findings"].as_array();
    for (const json::Value& f : findings ? *findings : json::Array())
      out.insert(*f["check"].as_string());
    EXPECT_EQ(r.status, out.empty() ? 0 : 1) << r.out << r.err;
    return out;
  }

  Sandbox box;
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
  EXPECT_EQ(found(kBeginning, "cd /\nsetsid -f sleep 1000\n"),
            (Found{"processes", "left/process"}));
}

// A store that forgot, and one that says what cannot be.
TEST_F(DrillChecks, FindWhatTheStoreHasLost) {
  const std::string unlock =
      "sql \"SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master "
      "WHERE type = 'trigger'\" | sqlite3 .git/orch/orch.db\n";
  EXPECT_EQ(
      found(kEnd, unlock + "sql \"DELETE FROM task_events WHERE event_type = "
                           "'drill'\"\n"
                           "sql \"UPDATE task_events SET message = 'other' "
                           "WHERE id = 1\"\n"
                           "sql \"UPDATE leases SET fencing = 1\"\n"
                           "sql \"UPDATE messages SET level = 'queued' "
                           "WHERE id = 1\"\n"
                           "sql \"PRAGMA foreign_keys = off; "
                           "DELETE FROM messages WHERE id = 3\"\n"),
      (Found{"store", "history/event-lost", "history/event-changed",
             "history/fencing", "history/level-fell", "history/level-unproven",
             "history/message-lost"}));
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
