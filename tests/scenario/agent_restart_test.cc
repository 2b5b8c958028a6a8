// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class AgentRestart : public ::testing::Test {
 protected:
  AgentRestart() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  void policy(const std::string& word) const {
    const std::string path = box.path("repo/.git/orch/roles/impl-api.yaml");
    box.write(path, box.read(path) + "restart: " + word + "\n");
  }
  void start() const {
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] { return state() == "idle"; }));
  }
  // Of the row alone: no verb runs, and so nothing is due by it.
  std::string state() const {
    std::string out =
        box.sql("SELECT state FROM agents WHERE role = 'impl-api'");
    if (!out.empty()) out.pop_back();
    return out;
  }
  std::string pid() const {
    std::string out = box.sql("SELECT pid FROM agents WHERE role = 'impl-api'");
    out.pop_back();
    return out;
  }
  std::string run() const {
    return box.sql("SELECT run FROM agents WHERE role = 'impl-api'");
  }
  json::Value agent() const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["role"] == json::Value("impl-api")) return a;
    return {};
  }
  Sandbox box;
};

TEST_F(AgentRestart, BringsAnAgentBackByItselfWithItsConversation) {
  policy("on-failure");
  start();
  const std::string before = run();
  const json::Value conversation = agent()["conversation"];
  box.ok("kill -9 " + pid());
  // Nobody types a command: what the launcher starts waits for the second.
  ASSERT_TRUE(eventually([&] { return run() != before && state() == "idle"; }));
  EXPECT_EQ(agent()["conversation"], conversation);
  EXPECT_EQ(box.sql("SELECT role, message FROM task_events WHERE event_type = "
                    "'agent_restarted'"),
            "impl-api|the last run: ended by signal 9\n");
}

TEST_F(AgentRestart, LeavesOneDownThatEndedByItselfUnlessTheRoleSaysAlways) {
  policy("on-failure");
  start();
  box.ok("git orch send impl-api -m exit -q");
  ASSERT_TRUE(eventually([&] { return state() == "exited"; }));
  box.ok("git orch tick -q");
  EXPECT_EQ(agent()["restart_at"], json::Value());
  EXPECT_EQ(box.sql("SELECT count(*) FROM agent_crashes"), "0\n");
}

TEST_F(AgentRestart, BringsOneBackThatEndedByItselfWhenTheRoleSaysAlways) {
  policy("always");
  start();
  const std::string before = run();
  box.ok("git orch send impl-api -m exit -q");
  ASSERT_TRUE(eventually([&] { return run() != before && state() == "idle"; }));
}

TEST_F(AgentRestart, IsOffByDefaultAndKeepsWhatWasPrintedLast) {
  box.script("impl-api",
             "await-message proceed\nsay this is why I end\nexit 3\n");
  start();
  box.ok("git orch send impl-api -m proceed -q");
  ASSERT_TRUE(eventually([&] { return state() == "exited"; }));
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql("SELECT exit_status FROM agent_crashes") == "3\n";
  }));
  EXPECT_TRUE(
      holds(box.sql("SELECT log FROM agent_crashes"), "this is why I end"));
  EXPECT_EQ(agent()["restart_at"], json::Value());
  EXPECT_EQ(agent()["why"], json::Value("exit status 3"));
}

TEST_F(AgentRestart, StopsAtTheFifthEndInTenMinutesUntilAPersonStartsIt) {
  policy("on-failure");
  start();
  box.sql(
      "INSERT INTO agent_crashes(agent_id, run, at, exit_status, log) "
      "SELECT id, 'r' || n, CAST(strftime('%s') AS INTEGER) * 1000, 1, '' "
      "FROM agents, (SELECT 1 n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) "
      "WHERE role = 'impl-api'");
  // Only those behind the start count.
  box.sql("UPDATE agent_crashes SET at = at + 1000");
  box.ok("kill -9 " + pid());
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT status FROM agents WHERE role = 'impl-api'") ==
           "blocked\n";
  }));
  EXPECT_EQ(agent()["restart_at"], json::Value());
  EXPECT_TRUE(holds(*agent()["why"].as_string(),
                    "5 times in ten minutes; stays down until it is started "
                    "by hand"));
  EXPECT_TRUE(holds(box.ok("git orch blocker list"),
                    "001-a/impl-api ended 5 times in ten minutes"));
  EXPECT_EQ(state(), "exited");

  start();
  EXPECT_TRUE(holds(box.ok("git orch blocker list"), "no "));
  EXPECT_EQ(box.sql("SELECT status FROM agents WHERE role = 'impl-api'"),
            "active\n");
}

TEST_F(AgentRestart, WaitsWhatTheBackOffSaysAndAStopEndsTheWait) {
  policy("on-failure");
  start();
  box.sql(
      "INSERT INTO agent_crashes(agent_id, run, at, exit_status, log) "
      "SELECT id, 'r' || n, CAST(strftime('%s') AS INTEGER) * 1000 + 1000, 1, "
      "'' FROM agents, (SELECT 1 n UNION SELECT 2 UNION SELECT 3) "
      "WHERE role = 'impl-api'");
  box.ok("kill -9 " + pid());
  ASSERT_TRUE(eventually([&] {
    return box.sql(
               "SELECT restart_at IS NOT NULL FROM agents WHERE "
               "role = 'impl-api'") == "1\n";
  }));
  // The fourth end: eight seconds behind the look that met it.
  EXPECT_TRUE(holds(*agent()["why"].as_string(), "; comes back in "));
  const std::string before = run();
  box.ok("git orch agent stop impl-api -q");
  EXPECT_EQ(agent()["restart_at"], json::Value());
  box.ok("git orch tick -q");
  EXPECT_EQ(state(), "stopped");
  EXPECT_EQ(run(), before);
}

TEST_F(AgentRestart, RefusesAWordThatIsNoPolicy) {
  policy("sometimes");
  const Result r = box.type("git orch agent start impl-api --runtime script");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err,
                    "'restart: sometimes' is none of never, on-failure, "
                    "always"));
}

}  // namespace
}  // namespace orch::test
