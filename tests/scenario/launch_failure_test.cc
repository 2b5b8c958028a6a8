// SPDX-License-Identifier: MIT
#include <signal.h>

#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// A launch that fails half way takes back what it has made.
class LaunchFailure : public ::testing::Test {
 protected:
  LaunchFailure() {
    box.make_repository();
    box.ok("git orch init -q");
    box.write(box.repo() + "/003-goals.md", kGoalsSpec);
    box.ok("git config orch.runtime script");
  }
  Result launch(const std::string& args = "") const {
    return box.type("git orch launch 003-goals.md --plan pro " + args);
  }
  // The last of the three that start, so that the others run by then.
  void tester(const std::string& keys) const {
    box.write(box.repo() + "/.git/orch/roles/tester.yaml",
              "name: tester\npurpose: test\nreports_to: orchestrator\n" + keys);
  }
  void expect_nothing_left() const {
    EXPECT_EQ(box.ok("git branch --list 'feature/*'"), "");
    EXPECT_EQ(box.ok("git worktree list --porcelain").find(".orch"),
              std::string::npos);
    EXPECT_EQ(box.ok("git orch agent list"), "no agents\n");
    EXPECT_EQ(box.type("git orch status --json").data()["features"],
              json::Value(json::Array{}));
    EXPECT_EQ(box.sql("SELECT count(*) FROM checkins WHERE state = 'waiting'"),
              "0\n");
    EXPECT_EQ(box.sql("SELECT count(*) FROM tasks"), "0\n");
  }
  Sandbox box;
};

TEST_F(LaunchFailure, OfASetUpCommandIsTakenBackAndSaid) {
  tester("setup: 'echo no compiler >&2; exit 7'\n");
  const Result r = launch();
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "launch of '003-goals' failed: "));
  EXPECT_TRUE(holds(r.err, "no compiler"));
  EXPECT_TRUE(holds(r.err, "what it had set up was undone"));
  expect_nothing_left();
  // What no snapshot would hold lies in the trash for a while.
  EXPECT_TRUE(holds(box.ok("ls .git/orch/trash"), "003-goals-tester."));
  // Events stay: what happened has happened.
  EXPECT_NE(box.sql("SELECT count(*) FROM task_events WHERE spec_id = "
                    "'003-goals'"),
            "0\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'launch_failed' AND message LIKE '%no compiler%'"),
            "1\n");
  // Mended, the same command goes through.
  tester("");
  const Result again = launch();
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(box.sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "3\n");
}

TEST_F(LaunchFailure, OfASetUpThatHangsIsTakenBack) {
  tester("setup: sleep 600\nsetup_timeout: 1s\n");
  const Result r = launch();
  EXPECT_EQ(r.status, 3);
  EXPECT_TRUE(holds(r.err, "what it had set up was undone"));
  expect_nothing_left();
}

TEST_F(LaunchFailure, OfASetUpThatAsksFailsAtOnce) {
  tester("setup: 'read answer || exit 5'\n");
  EXPECT_TRUE(holds(launch().err, "what it had set up was undone"));
  expect_nothing_left();
}

TEST_F(LaunchFailure, OfAnAgentThatEndsIsTakenBack) {
  box.script("tester", "exit 3\n");
  tester("");
  box.write(box.repo() + "/.git/orch/runtimes/dies.yaml",
            "name: dies\nabout: ends at once\nstart: [sh, -c, 'echo no model; "
            "exit 3']\n"
            "submit: [Enter]\nsigns:\n- {state: exited, source: process}\n");
  tester("runtime: dies\n");
  box.ok("git config --unset orch.runtime");
  for (const char* role : {"orchestrator", "developer"}) {
    const std::string path = box.repo() + "/.git/orch/roles/" + role + ".yaml";
    box.write(path, box.read(path) + "runtime: script\n");
  }
  const Result r = launch();
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "ended while starting"));
  EXPECT_TRUE(holds(r.err, "the last lines of 003-goals/tester:\n  no model"));
  EXPECT_TRUE(holds(r.err, "hint: mend the cause, then give the same command"));
  EXPECT_TRUE(holds(r.err, "what it had set up was undone"));
  expect_nothing_left();
}

TEST_F(LaunchFailure, KeepsWhatAnAgentHasCommitted) {
  box.script("developer",
             "run git commit -q --allow-empty -m work\nrun touch " +
                 box.path("tmp/committed") + "\nawait-message\n");
  // The tester's set-up waits for that commit, and fails then.
  tester("setup: 'while ! test -e " + box.path("tmp/committed") +
         "; do sleep 0.05; done; exit 1'\n");
  const Result r = launch();
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err,
                    "the feature stays, since there is work of "
                    "003-goals/developer"));
  EXPECT_EQ(box.ok("git log --format=%s -1 feature/003-goals/developer"),
            "work\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "0\n");
  // Mended, a rerun goes on with it.
  tester("");
  const Result again = launch();
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(box.ok("git log --format=%s -1 feature/003-goals/developer"),
            "work\n");
}

TEST_F(LaunchFailure, SavesWhatWasWrittenAndSaysWhere) {
  tester("setup: 'echo half > made.txt; exit 1'\n");
  const Result r = launch();
  EXPECT_TRUE(holds(r.err,
                    "uncommitted work is in 1 snapshot (git orch "
                    "snapshot list)"));
  EXPECT_TRUE(holds(box.ok("git orch snapshot list --json"), "made.txt"));
  EXPECT_TRUE(
      holds(box.type("git orch agent start 003-goals/x").err, "unknown agent"));
  EXPECT_EQ(box.type("git orch agent start 003-goals/x").err.find("undone-"),
            std::string::npos);
}

// Killed behind the opening of a pane, before the store knows of it.
TEST_F(LaunchFailure, BehindTheOpeningOfAPaneIsCompletedToo) {
  EXPECT_EQ(launch().status, 0);
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql("SELECT count(*) FROM messages WHERE level <> 'acked'") ==
           "0\n";
  }));
  // What such a kill leaves in the store; no tick completes it meanwhile.
  const Result doctor = box.run_in(
      box.repo(),
      {"flock", ".git/orch/lock/tick", "sh", "-ec",
       "sqlite3 -cmd '.timeout 10000' .git/orch/orch.db \"UPDATE agents SET "
       "pane = NULL, pane_pid = NULL, pane_start = NULL WHERE role = "
       "'tester'; UPDATE plans SET status = 'launching'\"; git orch doctor "
       "--porcelain"});
  EXPECT_TRUE(holds(doctor.out,
                    "its start was interrupted: it has no pane and no brief"));
  EXPECT_EQ(launch().status, 0);
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT count(*) FROM messages m JOIN agents a ON a.id = "
               "m.agent_id WHERE a.role = 'tester' AND m.kind = 'brief' AND "
               "m.level = 'acked'") == "2\n";
  }));
  EXPECT_NE(box.sql("SELECT pane FROM agents WHERE role = 'tester'"), "\n");
  // And no pane is left that nobody knows.
  EXPECT_EQ(box.run_in(box.repo(),
                       {"sh", "-c",
                        "tmux -S \"$(find \"$XDG_RUNTIME_DIR\" -type s | head "
                        "-n 1)\" list-panes -a | wc -l"})
                .out,
            "3\n");
}

TEST_F(LaunchFailure, ThatIsAKillIsCompletedByTheNextRun) {
  // Killed by its own set-up command, when two agents run already.
  tester("setup: 'test -e " + box.path("tmp/again") + " || { touch " +
         box.path("tmp/again") +
         "; kill -9 $(ps -o ppid= -p $PPID | tr -d \" \"); kill -9 $PPID; "
         "sleep 1; }'\n");
  launch();
  EXPECT_EQ(box.sql("SELECT status FROM plans"), "launching\n");
  const Result r = launch();
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.sql("SELECT status FROM plans"), "launched\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "3\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM checkins WHERE state = 'waiting'"),
            "3\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM tasks"), "4\n");
}

}  // namespace
}  // namespace orch::test
