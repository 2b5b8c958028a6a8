// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"

namespace orch::test {
namespace {

class SendPolicy : public ::testing::Test {
 protected:
  SendPolicy() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  std::string sql(const std::string& text,
                  const std::string& repository = "") const {
    return box
        .run_in(repository.empty() ? box.repo() : repository,
                {"sqlite3", "-cmd", ".timeout 9000", ".git/orch/orch.db", text})
        .out;
  }
  // Who wrote what to whom.
  std::string messages(const std::string& repository = "") const {
    return sql(
        "SELECT m.sender, a.role, m.text FROM messages m JOIN agents a "
        "ON a.id = m.agent_id WHERE m.kind = 'message' ORDER BY m.id",
        repository);
  }
  void policy(const std::string& yaml) const {
    box.write(box.repo() + "/.git/orch/policy.yaml", yaml);
  }
  void role(const std::string& name, const std::string& more) const {
    const std::string path = box.repo() + "/.git/orch/roles/" + name + ".yaml";
    box.write(path, box.read(path) + more);
  }
  Sandbox box;
};

TEST_F(SendPolicy, IsAHubAndItsSpokes) {
  ActingAgent agent(
      box, "impl-api",
      {"git orch send impl-ui -m no", "git orch send overseer impl-ui -m no",
       "git orch send --all -m no", "git orch send overseer -m yes -q"});
  ActingAgent overseer(box, "overseer", {"git orch send impl-ui -m on -q"});
  EXPECT_EQ(agent.act(),
            "fatal: '001-a/impl-api' may not write to '001-a/impl-ui': "
            "messages.may_message.implementor: reports_to, overseer\n"
            "hint: git orch report progress -m <text>, or send it to the "
            "overseer\nexit 2\n");
  EXPECT_TRUE(holds(agent.act(), "exit 2\n"));
  EXPECT_TRUE(holds(agent.act(), "exit 2\n"));
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(overseer.act(), "exit 0\n");
  box.ok("git orch send impl-ui -m person -q");
  EXPECT_EQ(messages(),
            "001-a/impl-api|overseer|yes\n001-a/overseer|impl-ui|on\n"
            "person|impl-ui|person\n");
}

TEST_F(SendPolicy, IsTheRolesOwnWhereItSaysSo) {
  role("impl-api", "may_message: [impl-ui]\n");
  role("overseer", "may_message: []\n");
  ActingAgent agent(box, "impl-api", {"git orch send impl-ui -m yes -q"});
  ActingAgent overseer(box, "overseer", {"git orch send impl-ui -m no"});
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_TRUE(
      holds(overseer.act(), "may_message of role 'overseer': nobody\n"));
  EXPECT_EQ(messages(), "001-a/impl-api|impl-ui|yes\n");
}

TEST_F(SendPolicy, BoundsHowOftenAnAgentSends) {
  policy("messages:\n  rate: 2 per 5m\n");
  ActingAgent agent(
      box, "overseer",
      {"git orch send impl-api -m one -q", "git orch send impl-ui -m two -q",
       "git orch send impl-api -m three --json",
       "git orch send impl-api -m four -q",
       "git orch send impl-api impl-ui -m five"});
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(agent.act("1800000060000"), "exit 0\n");
  const std::string refused = agent.act("1800000120000");
  EXPECT_TRUE(holds(refused, R"("code":"contended")"));
  EXPECT_TRUE(holds(refused, "'001-a/overseer' is over its rate of 2 per 5m"));
  EXPECT_TRUE(holds(refused, "again in 3m, at 2027-01-15T08:05:00Z"));
  EXPECT_TRUE(holds(refused, "exit 4\n"));
  EXPECT_EQ(agent.act("1800000300000"), "exit 0\n");
  // Two at once need the room of two.
  EXPECT_TRUE(holds(agent.act("1800000301000"), "again in 299s"));
  for (int i = 0; i < 4; ++i) box.ok("git orch send impl-api -m person -q");
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE kind = 'message'"), "7\n");
}

TEST_F(SendPolicy, BoundsReportsOfProgressAndNoOthers) {
  policy("messages:\n  progress_rate: 1 per 5m\n");
  ActingAgent agent(
      box, "impl-api",
      {"git orch report progress -m a -q", "git orch report progress -m b",
       "git orch report blocked -m c -q && "
       "git orch report done -m d -q"});
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(agent.act(),
            "fatal: '001-a/impl-api' is over its rate of 1 per 5m for reports "
            "of progress\nhint: again in 5m, at 2027-01-15T08:05:00Z\n"
            "exit 4\n");
  EXPECT_EQ(agent.act(), "exit 0\n");
  box.ok("git orch report progress -m e --agent impl-api -q");
  EXPECT_EQ(sql("SELECT text FROM messages WHERE kind = 'report' ORDER BY id"),
            "progress: a\nblocked: c\ndone: d\nprogress: e\n");
}

TEST_F(SendPolicy, LetsACompletionReachTheOverseerInAnyCase) {
  role("impl-api", "may_message: []\n");
  const std::string path = box.repo() + "/.git/orch/roles/impl-api.yaml";
  std::string yaml = box.read(path);
  yaml.replace(yaml.find("reports_to: overseer"), 20, "reports_to: impl-ui ");
  box.write(path, yaml);
  ActingAgent agent(box, "impl-api", {"git orch report done -m d -q"});
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(sql("SELECT a.role FROM messages m JOIN agents a ON a.id = "
                "m.agent_id WHERE m.kind = 'report' ORDER BY a.role"),
            "impl-ui\noverseer\n");
}

TEST_F(SendPolicy, GivesPriorityAndExpiryWhereNothingIsSaid) {
  policy("messages:\n  priority: low\n  expires: 20m\n");
  box.ok("git orch send impl-api -m x -q");
  box.ok("git orch send impl-api -m x -q --priority high --expires 1m");
  EXPECT_EQ(sql("SELECT priority, (expires_at - sent_at) / 60000 FROM messages "
                "ORDER BY id"),
            "low|20\nhigh|1\n");
}

TEST_F(SendPolicy, TellsAnAgentOnceThatItsMessageHasExpired) {
  const std::string told =
      "SELECT a.role, m.sender, m.kind, m.text FROM messages m JOIN agents a "
      "ON a.id = m.agent_id WHERE m.text LIKE '%expired%'";
  ActingAgent agent(box, "overseer",
                    {"git orch send impl-api -m soon --expires 1m -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  box.ok("git orch send impl-api -m mine --expires 1m -q");
  const std::string id =
      sql("SELECT id FROM messages WHERE text = 'soon'").substr(0, 1);
  box.set("ORCH_TEST_NOW", "1800000060000");
  // A send that waits ends what has expired, also for others.
  EXPECT_EQ(box.type("git orch send impl-ui -m x --expires 0m --wait typed "
                     "--timeout 5 -q")
                .status,
            3);
  box.ok("git orch tick -q");
  EXPECT_EQ(sql(told), "overseer|orch|report|your message " + id +
                           " to 001-a/impl-api expired before it was typed\n");
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE level = 'expired'"),
            "3\n");
}

TEST_F(SendPolicy, LetsAPaneRestBetweenWhatAgentsSend) {
  const auto level = [&](const std::string& text) {
    return sql("SELECT level FROM messages WHERE text = '" + text + "'");
  };
  const auto state = [&] {
    box.ok("git orch agent list -q");
    return sql("SELECT state FROM agents WHERE role = 'impl-api'");
  };
  box.ok("git orch agent start impl-api --runtime script -q");
  ActingAgent agent(
      box, "overseer",
      {"git orch send impl-api -m one -q", "git orch send impl-api -m two",
       "git orch send impl-api -m now --priority critical -q"});
  ASSERT_TRUE(eventually([&] { return state() == "idle\n"; }));
  ASSERT_EQ(agent.act(), "exit 0\n");
  ASSERT_TRUE(eventually(
      [&] { return level("one") == "acked\n" && state() == "idle\n"; }));
  EXPECT_TRUE(holds(agent.act("1800000009000"),
                    "queued (the pane was typed into a moment ago)\n"));
  box.set("ORCH_TEST_NOW", "1800000009999");
  box.ok("git orch tick -q");
  EXPECT_EQ(level("two"), "queued\n");
  box.set("ORCH_TEST_NOW", "1800000010000");
  box.ok("git orch tick -q");
  ASSERT_TRUE(eventually(
      [&] { return level("two") == "acked\n" && state() == "idle\n"; }));
  // What is critical, and what a person sends, goes at once.
  ASSERT_EQ(agent.act("1800000010001"), "exit 0\n");
  ASSERT_TRUE(eventually(
      [&] { return level("now") == "acked\n" && state() == "idle\n"; }));
  box.ok("git orch send impl-api -m person -q");
  EXPECT_TRUE(eventually([&] { return level("person") == "acked\n"; }));
}

TEST_F(SendPolicy, ReachesAnotherRepository) {
  const std::string first = box.repo();
  const std::string second = box.path("other");
  box.make_repository("other");
  box.ok("git orch init -q");
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  ASSERT_EQ(box.repo(), second);
  EXPECT_EQ(box.ok_in(first,
                      "git orch send -R ../other impl-api -m hello "
                      "--porcelain"),
            "1\t002-b/impl-api\tqueued\n");
  // Also from where there is no repository.
  box.ok_in(box.path("home"),
            "git orch send --repo " + first + " overseer -m 'from nowhere' -q");
  EXPECT_EQ(messages(second), "person|impl-api|hello\n");
  EXPECT_EQ(messages(first), "person|overseer|from nowhere\n");
  for (const auto& [place, code] :
       std::vector<std::pair<std::string, std::string>>{
           {box.path("home"), "not_a_repository"},
           {"nowhere", "not_a_repository"}}) {
    const Result r =
        box.type("git orch send -R " + place + " overseer -m x --json");
    EXPECT_EQ(r.status, 128) << place;
    EXPECT_EQ(r.json()["error"]["code"], json::Value(code)) << place;
  }
  box.make_repository("bare-of-us");
  const Result r =
      box.type_in(first, "git orch send -R ../bare-of-us overseer -m x --json");
  EXPECT_EQ(r.json()["error"]["code"], json::Value("not_initialised"));
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(SendPolicy, ShowsTheRepositoryOfAnAgentThatWritesFromAnother) {
  const std::string send =
      "git orch send -R " + box.path("other") + " 002-b/overseer -m ";
  ActingAgent overseer(box, "overseer", {send + "yes -q"});
  ActingAgent agent(box, "impl-api", {send + "no"});
  box.make_repository("other");
  box.ok("git orch init -q");
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  EXPECT_EQ(overseer.act(), "exit 0\n");
  EXPECT_TRUE(holds(agent.act(), "exit 2\n"));
  EXPECT_EQ(messages(), "repo:001-a/overseer|overseer|yes\n");
}

// By the clock on the wall: nobody calls anything while the pane rests.
TEST(PaneRest, IsOverWithoutAVerbOrAHook) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "messages:\n  pane_every: 1s\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ActingAgent agent(box, "overseer",
                    {"git orch send impl-api -m one --wait acked -q; "
                     "git orch send impl-api -m two -q"});
  ASSERT_EQ(agent.act(""), "exit 0\n");
  const auto sql = [&](const std::string& text) {
    return box
        .run_in(box.repo(),
                {"sqlite3", "-cmd", ".timeout 9000", ".git/orch/orch.db", text})
        .out;
  };
  ASSERT_TRUE(eventually([&] {
    return sql("SELECT count(*) FROM messages WHERE typed_at IS NOT NULL AND "
               "text IN ('one', 'two')") == "2\n";
  }));
  EXPECT_EQ(sql("SELECT max(typed_at) - min(typed_at) >= 1000 FROM messages "
                "WHERE text IN ('one', 'two')"),
            "1\n");
}

}  // namespace
}  // namespace orch::test
