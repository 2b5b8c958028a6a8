// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Blocker : public ::testing::Test {
 protected:
  Blocker() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q");
  }
  std::string agent_status(const std::string& role) const {
    return box.sql("SELECT status FROM agents WHERE role = '" + role + "'");
  }
  std::vector<std::string> fields(const std::string& line) const {
    return box.type(line).lines();
  }
  Sandbox box;
};

TEST_F(Blocker, IsARowAnEventAndABlockedAgent) {
  const Result r = box.type(
      "git orch blocker add 001-a/impl-ui 'no schema yet' --type dependency "
      "--by impl-data --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json::Value answer = r.data();
  const json::Value& b = (*answer["blockers"].as_array())[0];
  EXPECT_EQ(b["spec_id"], json::Value("001-a"));
  EXPECT_EQ(b["role"], json::Value("impl-ui"));
  EXPECT_EQ(b["type"], json::Value("dependency"));
  EXPECT_EQ(b["description"], json::Value("no schema yet"));
  EXPECT_EQ(b["blocking_agent"], json::Value("001-a/impl-data"));
  EXPECT_EQ(b["status"], json::Value("active"));
  EXPECT_EQ(b["resolved_at"], json::Value());
  EXPECT_EQ(agent_status("impl-ui"), "blocked\n");
  EXPECT_EQ(box.sql("SELECT role, event_type, message FROM task_events"),
            "impl-ui|task_blocked|no schema yet\n");
  const json::Value status = box.type("git orch status --json").data();
  EXPECT_EQ((*status["features"].as_array())[0]["blockers"], json::Value(1));
}

TEST_F(Blocker, FreesItsAgentWithTheLastOneOfThatRole) {
  box.ok("git orch blocker add impl-ui one");
  box.ok("git orch blocker add impl-ui two --type external");
  box.ok("git orch blocker add impl-api three");
  EXPECT_TRUE(holds(box.ok("git orch blocker resolve 1 'a schema came'"),
                    "a schema came"));
  EXPECT_EQ(agent_status("impl-ui"), "blocked\n");
  box.ok("git orch blocker resolve 2");
  EXPECT_EQ(agent_status("impl-ui"), "active\n");
  EXPECT_EQ(agent_status("impl-api"), "blocked\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events "
                    "WHERE event_type = 'blocker_resolved'"),
            "2\n");
}

TEST_F(Blocker, IsResolvedOnce) {
  box.ok("git orch blocker add impl-ui one");
  box.ok("git orch blocker resolve 1 first");
  const Result again = box.type("git orch blocker resolve 1 second");
  EXPECT_EQ(again.status, 0);
  EXPECT_TRUE(holds(again.err, "blocker 1 was resolved already"));
  EXPECT_TRUE(holds(again.out, "first"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events"), "2\n");
}

TEST_F(Blocker, LeavesACompletedAgentCompleted) {
  box.ok("git orch blocker add impl-ui one");
  box.sql("UPDATE agents SET status = 'completed'");
  box.ok("git orch blocker resolve 1");
  EXPECT_EQ(agent_status("impl-ui"), "completed\n");
}

TEST_F(Blocker, IsListedByFeatureRoleAndType) {
  box.ok("git orch init-feature 002-b -q");
  box.ok("git orch blocker add 002-b/impl-ui second");
  box.ok("git orch blocker add 001-a/impl-ui first --type external");
  box.ok("git orch blocker add 001-a/impl-api solved");
  box.ok("git orch blocker resolve 3");
  auto lines = fields("git orch blocker --porcelain");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(holds(lines[0], "2\t001-a\timpl-ui\texternal\tfirst\t\tactive"));
  EXPECT_TRUE(holds(lines[1], "1\t002-b\timpl-ui\ttechnical\tsecond\t"));
  EXPECT_EQ(fields("git orch blocker list --all --porcelain").size(), 3U);
  EXPECT_EQ(fields("git orch blocker list 002-b --porcelain").size(), 1U);
  EXPECT_EQ(fields("git orch blocker list --type external --porcelain").size(),
            1U);
  lines = fields("git orch blocker list --all --role impl-api --porcelain");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(holds(lines[0], "solved"));
}

TEST_F(Blocker, KeepsEveryByteOfItsText) {
  const std::string text = "it's \"so\"\n\t\xFF; DROP TABLE blockers; --";
  const Result r = box.run_in(
      box.repo(), {"git", "orch", "blocker", "add", "impl-ui", text, "-z"});
  EXPECT_TRUE(holds(r.out, text));
  EXPECT_EQ(box.sql("SELECT hex(description) FROM blockers").substr(0, 8),
            "69742773");
  EXPECT_TRUE(holds(box.ok("git orch blocker"), "\\n\\t\\xff"));
}

TEST_F(Blocker, SaysWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch blocker " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  fails("add impl-u text", 128, "did you mean 'impl-ui'?");
  fails("add impl-ui text --type extrenal", 129, "did you mean 'external'?");
  fails("add impl-ui text --by nobody-at-all", 128, "unknown agent");
  fails("add impl-ui ' '", 129, "must not be empty");
  fails("add impl-ui", 129, "too few arguments");
  fails("add impl-ui text --all", 129, "'--all' has no meaning for 'add'");
  fails("list 001-b", 128, "did you mean '001-a'?");
  fails("resolve 7", 128, "there is no blocker 7");
  fails("resolve x", 129, "'x' is no id");
  fails("remove 1", 129, "unknown action 'remove'");
  EXPECT_EQ(box.sql("SELECT count(*) FROM blockers"), "0\n");
}

TEST_F(Blocker, AnswersEmptyWithoutAStore) {
  Sandbox other;
  other.make_repository();
  EXPECT_EQ(other.ok("git orch blocker"), "no blockers\n");
  EXPECT_EQ(other.type("ls .git/orch").status, 2);
}

}  // namespace
}  // namespace orch::test
