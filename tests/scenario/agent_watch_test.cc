// SPDX-License-Identifier: MIT
//
// What a person sees of an agent: its states explained, its log as it grows.
#include "support/first_git.h"

namespace orch::test {
namespace {

class AgentWatch : public ::testing::Test {
 protected:
  AgentWatch() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  void start() const {
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] {
      return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
             "idle\n";
    }));
  }
  Sandbox box;
};

TEST_F(AgentWatch, ExplainsEachState) {
  start();
  const std::string text = box.ok("git orch agent list -v");
  EXPECT_TRUE(holds(text, "AGENT           STATE    SOURCE   SINCE"));
  EXPECT_TRUE(holds(text, "never started"));
  EXPECT_TRUE(holds(text, "its hook said so"));
  EXPECT_EQ(box.ok("git orch agent list").find("its hook said so"),
            std::string::npos);
  box.ok("git orch agent stop impl-api -q");
  EXPECT_TRUE(holds(box.ok("git orch agent list -v"), "stopped by a command"));
}

TEST_F(AgentWatch, CountsWhatWaits) {
  box.ok("git orch send impl-api -m one -q");
  box.ok("git orch send impl-api -m two -q");
  EXPECT_TRUE(holds(box.ok("git orch agent list -v"), " 2        never"));
}

TEST_F(AgentWatch, FollowsTheLogUntilTheAgentHasEnded) {
  box.script("impl-api",
             "await-message first\nsay before\nawait-message second\n"
             "say behind\nexit 0\n");
  start();
  box.ok("git orch send impl-api -m first --wait acked -q");
  // It begins with what was printed before, and ends with the agent.
  box.ok(
      "sh -c 'git orch agent log impl-api -f -n 5 >../followed & "
      "until grep -q before ../followed; do :; done; "
      "git orch send impl-api -m second -q; wait'");
  const std::string text = box.read(box.path("followed"));
  EXPECT_TRUE(holds(text, "behind\n"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("before"), text.rfind("before"));
}

TEST_F(AgentWatch, FollowsNothingOfAnAgentThatDoesNotRun) {
  EXPECT_EQ(box.ok("git orch agent log impl-api --follow"), "");
  EXPECT_EQ(box.type("git orch agent log impl-api --follow --json").status,
            129);
}

TEST_F(AgentWatch, HasWhatWasPrintedLastWhenTheEndIsTold) {
  box.script(
      "impl-api",
      "await-message proceed\nrun seq 1 3000\nsay the very last\nexit 4\n");
  start();
  box.ok("git orch send impl-api -m proceed -q");
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
           "exited\n";
  }));
  EXPECT_TRUE(
      holds(box.ok("git orch agent log impl-api -n 3"), "the very last\n"));
}

TEST_F(AgentWatch, CompactsAnIdleAgentAndBriefsItAgain) {
  start();
  EXPECT_EQ(box.ok("git orch agent compact impl-api"),
            "compacting 001-a/impl-api, its brief comes behind\n");
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT count(*) FROM messages WHERE kind = 'brief' AND level = "
               "'acked'") == "2\n";
  }));
  const std::string log = box.ok("git orch agent log impl-api");
  EXPECT_TRUE(holds(log, "> /compact\n"));
}

// Two would be one too many: the tick that meets the compaction is first.
TEST_F(AgentWatch, BriefsOnceBehindACompaction) {
  start();
  const auto briefs = [&] {
    return box.sql("SELECT count(*) FROM messages WHERE kind = 'brief'");
  };
  put_before_git(
      box,
      "case \"$(tr '\\0' ' ' </proc/$PPID/cmdline) $* \" in\n"
      "git-orch-agent*' status '*)\nfor i in $(seq 300); do\n  git-orch-tick "
      "-q\n"
      "  test \"$(sqlite3 " +
          box.repo() +
          "/.git/orch/orch.db \"SELECT count(*) FROM messages WHERE kind = "
          "'brief'\")\" = 2 && break\n  sleep 0.1\ndone;; esac");
  EXPECT_EQ(briefs(), "1\n");
  EXPECT_EQ(box.ok("git-orch-agent compact impl-api"),
            "compacting 001-a/impl-api, its brief comes behind\n");
  EXPECT_EQ(briefs(), "2\n");
}

TEST_F(AgentWatch, CompactsNoneThatIsBusyOrDown) {
  EXPECT_TRUE(holds(box.type("git orch agent compact impl-api").err,
                    "agent '001-a/impl-api' is not running"));
  box.script("impl-api", "await-message proceed\nhang\n");
  start();
  box.ok("git orch send impl-api -m proceed --wait submitted -q");
  const Result r = box.type("git orch agent compact impl-api");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(holds(r.err,
                    "cannot type to '001-a/impl-api': the agent is "
                    "busy"));
}

// Two starts at once are one.
TEST_F(AgentWatch, StartsOnceHoweverManyStartIt) {
  box.ok(
      "sh -c 'for i in 1 2 3 4; do git orch agent start impl-api --runtime "
      "script -q & done; wait'");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'agent_started'"),
            "1\n");
}

// From where process ids mean something else, nobody is taken for lost.
TEST_F(AgentWatch, LosesNobodyInAnotherProcessIdNamespace) {
  start();
  const Result r = box.type(
      "unshare --user --map-root-user --pid --fork git orch agent list "
      "--porcelain");
  if (r.err.find("unshare") != std::string::npos)
    GTEST_SKIP() << "no namespaces here: " << r.err;
  EXPECT_TRUE(holds(r.out, "\tidle\thook\t"));
  EXPECT_EQ(box.sql("SELECT state FROM agents WHERE role = 'impl-api'"),
            "idle\n");
}

}  // namespace
}  // namespace orch::test
