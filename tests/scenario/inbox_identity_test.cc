// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// Who speaks is decided by whose process it is, never by a place, a name or a
// variable.
class Identity : public ::testing::Test {
 protected:
  Identity() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    worktree = box.worktree("001-a", "impl-api");
  }
  void start(const std::string& steps) const {
    box.script("impl-api", steps + "say done\n");
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] {
      return log().find("\ndone\n") != std::string::npos && state() == "idle";
    })) << log();
  }
  std::string log() const { return box.ok("git orch agent log impl-api"); }
  std::string state() const {
    box.ok("git orch agent list -q");
    std::string text =
        box.sql("SELECT state FROM agents WHERE role = 'impl-api'");
    if (!text.empty()) text.pop_back();
    return text;
  }
  Sandbox box;
  std::string worktree;
};

TEST_F(Identity, IsTheAgentForWhatTheAgentRuns) {
  start(
      "run git orch send overseer -m directly\n"
      "run sh -c \"sh -c 'git orch send overseer -m deeper; true'; true\"\n"
      "run git -C /tmp --git-dir=" +
      box.repo() + "/.git orch send overseer -m elsewhere\n");
  EXPECT_EQ(box.sql("SELECT sender, text FROM messages WHERE kind = 'message' "
                    "ORDER BY id"),
            "001-a/impl-api|directly\n001-a/impl-api|deeper\n"
            "001-a/impl-api|elsewhere\n");
}

TEST_F(Identity, IsAPersonInTheWorktreeOfAnAgent) {
  start("");
  box.ok_in(worktree, "git orch send overseer -q -m hello");
  EXPECT_EQ(box.sql("SELECT sender FROM messages WHERE text = 'hello'"),
            "person\n");
}

TEST_F(Identity, IsNotMadeByAVariable) {
  start("");
  box.set("ORCH_AGENT", "2");
  box.set("ORCH_GIT_DIR", box.repo() + "/.git");
  box.ok_in(worktree, "git orch send overseer -q -m hello");
  EXPECT_EQ(box.sql("SELECT sender FROM messages WHERE text = 'hello'"),
            "person\n");
  EXPECT_EQ(box.type("git orch inbox --agent impl-api --ack-all").status, 2);
}

TEST_F(Identity, IsNotTakenFromAHookThatSomebodyElseCalls) {
  box.script("impl-api", "hang\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(eventually([&] { return state() == "busy"; }));
  box.ok("git orch send impl-api -q -m hello");
  box.set("ORCH_AGENT", "2");
  box.set("ORCH_GIT_DIR", box.repo() + "/.git");
  const std::string hook =
      std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/git-orch--agent-hook ";
  EXPECT_EQ(box.type(hook + "stop").status, 0);
  EXPECT_EQ(box.type(hook + "prompt-submit", "[orch message 2]").status, 0);
  box.ok("git orch tick -q");
  EXPECT_EQ(state(), "busy");
  EXPECT_EQ(box.sql("SELECT level FROM messages WHERE id = 2"), "queued\n");
  EXPECT_EQ(box.type(hook + "nonsense").status, 129);
}

TEST_F(Identity, OfAnotherAgentReadsAndAcknowledgesNothing) {
  box.ok("git orch send overseer -q -m hello");
  start(
      "run git orch inbox --agent overseer\n"
      "run git orch inbox --agent overseer --ack-all\n"
      "run git orch inbox --agent overseer --ack 1\n");
  EXPECT_TRUE(holds(log(), "    hello\n"));
  EXPECT_TRUE(holds(log(),
                    "fatal: only '001-a/overseer' itself can acknowledge its "
                    "messages\n"));
  EXPECT_EQ(box.sql("SELECT level FROM messages WHERE id = 1"), "queued\n");
}

TEST_F(Identity, IsNoAddressToWriteToFromItself) {
  start("run git orch send impl-api -m me\nrun git orch send --all -m team\n");
  EXPECT_TRUE(holds(log(), "error: '001-a/impl-api' would send to itself\n"));
  EXPECT_EQ(box.sql("SELECT a.address, m.text FROM messages m JOIN agents a ON "
                    "a.id = m.agent_id WHERE m.kind = 'message'"),
            "001-a/overseer|team\n");
}

}  // namespace
}  // namespace orch::test
