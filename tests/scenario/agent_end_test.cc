// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kApi[] = "001-a/impl-api";

class AgentEnd : public ::testing::Test {
 protected:
  AgentEnd() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    worktree = box.worktree("001-a", "impl-api");
  }
  void start() const {
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] { return is("idle"); }));
  }
  json::Value agent() const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["id"] == json::Value(kApi)) return a;
    return {};
  }
  bool is(const char* state) const {
    return agent()["state"] == json::Value(state);
  }
  std::string pid() const {
    return std::to_string(agent()["pid"].as_integer().value_or(0));
  }
  json::Array briefs() const {
    return *box.type(
                   "git orch inbox --all --kind brief --json --agent "
                   "impl-api")
                .data()["messages"]
                .as_array();
  }
  std::vector<std::string> events(const std::string& type) const {
    std::vector<std::string> out;
    const json::Value data = box.type("git orch recent 100 --json").data();
    for (const json::Value& e : *data["events"].as_array())
      if (e["type"] == json::Value(type))
        out.push_back(*e["role"].as_string() + ": " +
                      *e["message"].as_string());
    return out;
  }
  // A wrapper, whose CLI does not end when it is hung up on.
  void start_wrapped() const {
    box.ok("cp /bin/bash " + box.path("codex"));
    box.write(box.path("cli"), "trap 'echo on >>" + box.path("hung") +
                                   "' HUP\necho $$ >" + box.path("cli.pid") +
                                   "\nwhile :; do read -t 1 <>/dev/tty; done");
    box.write(box.path("wrapper"),
              box.path("codex") + " " + box.path("cli") + " &\nwhile [ ! -s " +
                  box.path("cli.pid") +
                  " ]; do :; done\n" ORCH_BUILD_DIR
                  "/libexec/git-orch/git-orch--agent-hook session-start "
                  "</dev/null\nwait\n");
    box.ok("git orch agent start impl-api --runtime script -q -- sh " +
           box.path("wrapper"));
  }
  bool is_cli_gone() const {
    const auto cli = process::find_identity(
        static_cast<pid_t>(std::atol(box.read(box.path("cli.pid")).c_str())));
    return !cli || !process::is_alive(*cli);
  }
  Sandbox box;
  std::string worktree;
};

TEST_F(AgentEnd, LeavesNothingOfAWrapperThatIsKilled) {
  start_wrapped();
  box.ok("kill -9 " + pid());
  ASSERT_TRUE(eventually([&] { return is("exited"); }));
  // At once: who starts it waits for the end of what went before.
  start();
  EXPECT_TRUE(is_cli_gone());
  EXPECT_EQ(box.read(box.path("hung")), "on\n");
}

TEST_F(AgentEnd, LeavesNothingOfAWrapperThatIsStopped) {
  start_wrapped();
  box.ok("git orch agent stop impl-api -q");
  EXPECT_TRUE(is_cli_gone());
  start();
}

// As after a restore of a store from before the start.
TEST_F(AgentEnd, StopClaimsNothingOfAStartThatTheStoreDoesNotKnow) {
  start();
  const std::string alive = pid();
  const auto doctor = [&] {
    return box.type("git orch doctor --porcelain").out;
  };
  EXPECT_EQ(doctor().find("agent process"), std::string::npos);
  box.sql(
      "UPDATE agents SET state = 'stopped', desired = 'stopped', run = NULL, "
      "pane = NULL, pane_pid = NULL, pid = NULL, pid_start = NULL "
      "WHERE role = 'impl-api'");
  EXPECT_TRUE(holds(doctor(), "agent process " + alive +
                                  "\twarn\tit works in '" + worktree +
                                  "', and the store knows of no such start"
                                  "\tkill " +
                                  alive + "\n"));
  const Result r = box.type("git orch agent stop impl-api");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "(process " + alive + ") still works in"));
  EXPECT_TRUE(holds(r.err, "hint: kill " + alive));
  box.type("kill -9 " + alive);
  EXPECT_TRUE(eventually(
      [&] { return box.type("git orch agent stop impl-api").status == 0; }));
  EXPECT_EQ(doctor().find("agent process"), std::string::npos);
}

TEST_F(AgentEnd, IsSeenWithItsStatusWhenSomebodyKillsTheAgent) {
  start();
  box.ok("kill -9 " + pid());
  // Told by the launcher; nobody asks before the row is read.
  ASSERT_TRUE(eventually([&] {
    return box.run_in(box.repo(),
                      {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                       "SELECT state, exit_status FROM agents WHERE "
                       "role = 'impl-api'"})
               .out == "exited|137\n";
  }));
  EXPECT_EQ(agent()["exit_status"], json::Value(137));
  box.ok("git orch tick -q");
  EXPECT_EQ(events("agent_exited"),
            std::vector<std::string>{"impl-api: exit status 137"});
}

TEST_F(AgentEnd, IsLostWhenNobodyIsLeftToTell) {
  start();
  // The launcher's parent is the server: the pane's own process goes first.
  const std::string own = pid();
  std::string launcher = box.ok("ps -o ppid= -p " + own);
  launcher.pop_back();
  box.ok("kill -9 " + launcher + " " + own);
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return is("lost");
  }));
  EXPECT_EQ(events("agent_lost").size(), 1U);
}

TEST_F(AgentEnd, ComesBackInTheSameWorktreeWithAFreshBrief) {
  start();
  const json::Value before = agent();
  box.write(worktree + "/open.txt", "open\n");
  box.ok("kill -9 " + pid());
  ASSERT_TRUE(eventually([&] { return is("exited"); }));
  start();
  const json::Value now = agent();
  EXPECT_NE(now["pid"], before["pid"]);
  EXPECT_EQ(now["worktree"], before["worktree"]);
  EXPECT_EQ(now["branch"], before["branch"]);
  EXPECT_EQ(now["exit_status"], json::Value());
  EXPECT_EQ(box.read(worktree + "/open.txt"), "open\n");
  ASSERT_EQ(briefs().size(), 2U);
  EXPECT_TRUE(eventually(
      [&] { return briefs().at(1)["level"] == json::Value("acked"); }));
}

TEST_F(AgentEnd, SavesOpenWorkAndLeavesTheIndexAlone) {
  start();
  box.write(worktree + "/one.txt", "changed\n");
  box.ok_in(worktree, "git add one.txt");
  box.write(worktree + "/one.txt", "changed again\n");
  box.write(worktree + "/new.txt", "untracked\n");
  const std::string index =
      box.read(box.repo() + "/.git/worktrees/impl-api/index");
  ASSERT_FALSE(index.empty());
  const std::string status = box.ok_in(worktree, "git status --porcelain");
  // git status itself may refresh the index.
  const std::string before =
      box.read(box.repo() + "/.git/worktrees/impl-api/index");
  const Result r = box.type("git orch agent stop impl-api --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.read(box.repo() + "/.git/worktrees/impl-api/index"), before);
  EXPECT_EQ(box.ok_in(worktree, "git status --porcelain"), status);
  const std::string commit = *r.data()["snapshot"].as_string();
  EXPECT_EQ(r.data()["agent"]["state"], json::Value("stopped"));
  EXPECT_EQ(box.ok("git for-each-ref --format=%(objectname) "
                   "refs/orch/snapshots/001-a/impl-api/"),
            commit + "\n");
  EXPECT_EQ(box.ok("git show " + commit + ":one.txt"), "changed again\n");
  EXPECT_EQ(box.ok("git show " + commit + ":new.txt"), "untracked\n");
  EXPECT_EQ(box.ok("git rev-parse " + commit + "~1"),
            box.ok("git rev-parse feature/001-a/impl-api"));
}

TEST_F(AgentEnd, SavesNothingWhenNothingIsOpen) {
  start();
  EXPECT_EQ(box.ok("git orch agent stop impl-api"), "stopped 001-a/impl-api\n");
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/"), "");
  EXPECT_TRUE(holds(box.ok("git orch agent stop impl-api --json"),
                    R"("snapshot":null)"));
}

TEST_F(AgentEnd, StaysStoppedWhateverHappens) {
  start();
  const std::string was = pid();
  box.ok("git orch agent stop impl-api -q");
  EXPECT_NE(box.type("kill -0 " + was).status, 0);
  box.ok("git orch send impl-api -m hello -q");
  box.ok_in(worktree, "git commit -q --allow-empty -m work");
  for (int i = 0; i < 3; ++i) box.ok("git orch tick -q");
  EXPECT_TRUE(is("stopped"));
  EXPECT_EQ(agent()["pid"], json::Value());
  EXPECT_TRUE(events("agent_exited").empty());
  EXPECT_EQ(box.type("git orch agent attach impl-api").status, 128);
}

TEST_F(AgentEnd, IsFollowedByAnotherProcessOnRestart) {
  start();
  const json::Value before = agent();
  EXPECT_EQ(box.ok("git orch agent restart impl-api"),
            "restarted 001-a/impl-api\n");
  ASSERT_TRUE(eventually([&] { return is("idle"); }));
  EXPECT_NE(agent()["pid"], before["pid"]);
  EXPECT_EQ(agent()["worktree"], before["worktree"]);
  EXPECT_EQ(briefs().size(), 2U);
}

TEST_F(AgentEnd, ChangesTheRuntimeOnRestartWhenAsked) {
  start();
  box.write(box.repo() + "/.git/orch/runtimes/other.yaml",
            "name: other\nabout: another one\n"
            "start: [\"{libexec}/git-orch--script-agent\"]\n");
  box.ok("git orch agent restart impl-api --runtime other -q");
  EXPECT_EQ(agent()["runtime"], json::Value("other"));
  // And stays so.
  box.ok("git orch agent restart impl-api -q");
  EXPECT_EQ(agent()["runtime"], json::Value("other"));
}

}  // namespace
}  // namespace orch::test
