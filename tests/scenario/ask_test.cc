// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"

namespace orch::test {
namespace {

class Ask : public ::testing::Test {
 protected:
  Ask() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  std::string sql(const std::string& text) const {
    return box
        .run_in(box.repo(),
                {"sqlite3", "-cmd", ".timeout 9000", ".git/orch/orch.db", text})
        .out;
  }
  // The reports in somebody's inbox.
  std::string told(const std::string& role) const {
    return sql(
        "SELECT m.sender || ': ' || m.text FROM messages m JOIN agents a ON "
        "a.id = m.agent_id WHERE m.kind = 'report' AND a.role = '" +
        role + "' ORDER BY m.id");
  }
  std::string events() const {
    return sql(
        "SELECT event_type FROM task_events WHERE event_type LIKE "
        "'ask%' ORDER BY id");
  }
  std::string row(const std::string& columns, int id = 1) const {
    return sql("SELECT " + columns +
               " FROM asks WHERE id = " + std::to_string(id));
  }
  void at(const std::string& minutes_and_seconds) {
    const long ms = 1000 * (60 * std::stol(minutes_and_seconds) +
                            std::stol(minutes_and_seconds.substr(
                                minutes_and_seconds.find(':') + 1)));
    box.set("ORCH_TEST_NOW", std::to_string(1800000000000 + ms));
  }
  Sandbox box;
};

TEST_F(Ask, IsARowAnEventAndOneMessageToItsApprover) {
  ActingAgent agent(box, "impl-api",
                    {"git orch ask 'drop table' -m 'nothing reads it' --json"});
  EXPECT_EQ(agent.act(),
            R"({"version":1,"ok":true,"data":{"asks":[{"id":1,)"
            R"("agent":"001-a/impl-api","action":"drop table",)"
            R"("text":"nothing reads it","approver":"001-a/overseer",)"
            R"("status":"open","created_at":"2027-01-15T08:00:00Z",)"
            R"("expires_at":"2027-01-15T08:30:00Z","answered_by":null,)"
            R"("answer":null,"answered_at":null,"escalated_at":null}]}})"
            "\nexit 0\n");
  EXPECT_EQ(told("overseer"),
            "orch: 001-a/impl-api asks for approval, ask 1: drop table\n"
            "nothing reads it\n"
            "it expires at 2027-01-15T08:30:00Z; answer with one of\n"
            "  git orch ask approve 1\n"
            "  git orch ask deny 1 -m '<why>'\n");
  EXPECT_EQ(events(), "ask_opened\n");
  EXPECT_EQ(box.ok("git orch ask --porcelain"),
            "1\t001-a/impl-api\tdrop table\tnothing reads it\t001-a/overseer\t"
            "open\t2027-01-15T08:00:00Z\t2027-01-15T08:30:00Z\t\t\n");
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "ask 1 waits for 001-a/overseer: 001-a/impl-api asks: "
                    "drop table\n"));
}

TEST_F(Ask, IsAnsweredOnceAndTellsTheAskerOnce) {
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  box.ok("git orch ask approve 1 -m 'after the backup' -q");
  const Result again = box.type("git orch ask deny 1 -m no --json");
  EXPECT_EQ(again.status, 2);
  EXPECT_EQ(again.json()["error"]["code"], json::Value("refused_by_policy"));
  EXPECT_EQ(again.json()["error"]["message"],
            json::Value("cannot answer ask 1: it was approved by 'person' at "
                        "2027-01-15T08:00:00Z"));
  EXPECT_EQ(told("impl-api"),
            "person: ask 1 (drop) was approved by person: after the backup\n");
  EXPECT_EQ(row("status, answered_by, answer"),
            "approved|person|after the backup\n");
  EXPECT_EQ(events(), "ask_opened\nask_approved\n");
  EXPECT_EQ(box.ok("git orch ask list"), "no asks\n");
  EXPECT_TRUE(holds(box.ok("git orch ask list --all"), "after the backup"));
}

TEST_F(Ask, IsAnsweredOnceByManyAtTheSameTime) {
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  box.write(box.path("tmp") + "/all.sh",
            "for i in 1 2 3; do git orch ask approve 1 -q & "
            "git orch ask deny 1 -q & done; wait\n");
  box.type("sh " + box.path("tmp") + "/all.sh");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type IN "
                "('ask_approved', 'ask_denied')"),
            "1\n");
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE text LIKE 'ask 1 %'"),
            "1\n");
}

TEST_F(Ask, IsAnsweredByItsApproverAndByNoOtherAgent) {
  ActingAgent asker(box, "impl-api",
                    {"git orch ask drop -m why -q", "git orch ask approve 1"});
  ActingAgent other(box, "impl-ui", {"git orch ask approve 1"});
  ActingAgent overseer(box, "overseer", {"git orch ask deny 1 -m never -q"});
  ASSERT_EQ(asker.act(), "exit 0\n");
  EXPECT_EQ(asker.act(),
            "fatal: '001-a/impl-api' may not answer ask 1: '001-a/overseer' "
            "or a person does\nexit 2\n");
  EXPECT_TRUE(holds(other.act(), "'001-a/impl-ui' may not answer ask 1"));
  EXPECT_EQ(row("status"), "open\n");
  EXPECT_EQ(overseer.act(), "exit 0\n");
  EXPECT_EQ(row("status, answered_by"), "denied|001-a/overseer\n");
  EXPECT_EQ(told("impl-api"),
            "001-a/overseer: ask 1 (drop) was denied by 001-a/overseer: "
            "never\n");
}

TEST_F(Ask, EscalatesToAPersonOnce) {
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  at("9:59");
  box.ok("git orch tick -q");
  EXPECT_EQ(events(), "ask_opened\n");
  EXPECT_EQ(box.ok("git orch status").find("needs you"), std::string::npos);
  at("10:00");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(events(), "ask_opened\nask_escalated\n");
  const std::string shown = box.ok("git orch status");
  EXPECT_TRUE(
      shown.starts_with("needs you\n!  001-a/impl-api asks for leave: drop"))
      << shown;
  EXPECT_TRUE(holds(shown, "git orch ask approve 1\n"));
  const json::Value status = box.type("git orch status --json").data();
  EXPECT_EQ((*status["asks"].as_array())[0]["awaits_person"],
            json::Value(true));
  EXPECT_TRUE(holds(box.ok("git orch ask"), "001-a/overseer, person"));
  EXPECT_EQ(row("status"), "open\n");
}

TEST_F(Ask, ExpiresAndTellsTheAskerOnce) {
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  at("29:59");
  box.ok("git orch tick -q");
  EXPECT_EQ(row("status"), "open\n");
  at("30:00");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(row("status"), "expired\n");
  EXPECT_EQ(told("impl-api"),
            "orch: ask 1 (drop) expired without an answer: it is not "
            "approved\n");
  EXPECT_EQ(events(), "ask_opened\nask_escalated\nask_expired\n");
  const Result late = box.type("git orch ask approve 1");
  EXPECT_EQ(late.status, 2);
  EXPECT_TRUE(holds(late.err,
                    "cannot answer ask 1: it expired at 2027-01-15T08:30:00Z"));
}

TEST_F(Ask, ExpiresAlsoWhereNoTickCameBefore) {
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  at("31:00");
  EXPECT_EQ(box.type("git orch ask approve 1").status, 2);
  EXPECT_EQ(row("status"), "expired\n");
  EXPECT_EQ(events(), "ask_opened\nask_expired\n");
  EXPECT_TRUE(holds(told("impl-api"), "expired without an answer"));
}

TEST_F(Ask, TakesApproverAndExpiryFromThePolicy) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "asks:\n  actions:\n    - {action: 'push*', approver: person, "
            "escalate_after: 1m}\n"
            "    - {action: style, approver: impl-ui, expires: 2h}\n");
  ActingAgent agent(box, "impl-api",
                    {"git orch ask 'push main' -m done -q\n"
                     "git orch ask style -m blue -q\n"
                     "git orch ask drop -m why --expires 5m -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(sql("SELECT action, approver, (expires_at - created_at) / 60000 "
                "FROM asks ORDER BY id"),
            "push main|person|30\nstyle|001-a/impl-ui|120\n"
            "drop|001-a/overseer|5\n");
  EXPECT_TRUE(holds(told("impl-ui"), "ask 2: style"));
  EXPECT_EQ(told("overseer").find("push main"), std::string::npos);
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "001-a/impl-api asks for leave: push main"));
  // It waits for a person from the beginning: nothing escalates.
  at("2:00");
  box.ok("git orch tick -q");
  EXPECT_EQ(row("escalated_at IS NULL"), "1\n");
}

TEST_F(Ask, IsForTheOverseerWhereTheApproverIsNotThere) {
  ActingAgent agent(box, "impl-api",
                    {"git orch ask alter_database_schema -m goals -q\n"
                     "git orch ask 'push main' -m goals -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(sql("SELECT action, approver, (expires_at - created_at) / 60000 "
                "FROM asks ORDER BY id"),
            "alter_database_schema|001-a/overseer|60\npush main|person|30\n");
  EXPECT_TRUE(holds(told("overseer"), "ask 1: alter_database_schema"));
}

TEST_F(Ask, OfAnApproverIsForTheOverseer) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "asks:\n  approver: impl-api\n");
  ActingAgent agent(box, "impl-api", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(row("approver"), "001-a/overseer\n");
}

TEST_F(Ask, OfTheOverseerIsForAPerson) {
  ActingAgent agent(box, "overseer", {"git orch ask drop -m why -q"});
  ASSERT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(row("approver"), "person\n");
  EXPECT_EQ(told("overseer"), "");
}

TEST_F(Ask, IsMadeOnceAndNotTooOften) {
  box.write(box.repo() + "/.git/orch/policy.yaml", "asks:\n  rate: 2 per 5m\n");
  ActingAgent agent(box, "impl-api",
                    {"git orch ask one -m x -q; git orch ask one -m x -q\n"
                     "git orch ask two -m x -q\ngit orch ask three -m x",
                     "git orch ask three -m x -q"});
  EXPECT_EQ(agent.act(),
            "fatal: '001-a/impl-api' is over its rate of 2 per 5m for asks\n"
            "hint: again in 5m, at 2027-01-15T08:05:00Z\nexit 4\n");
  EXPECT_EQ(sql("SELECT action FROM asks"), "one\ntwo\n");
  EXPECT_EQ(agent.act("1800000300000"), "exit 0\n");
}

TEST_F(Ask, SaysWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch ask " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  fails("push -m x", 129, "only an agent asks");
  fails("push", 129, "an ask needs a text");
  fails("' ' -m x", 129, "the action must not be empty");
  fails("push -m x --expires soon", 129, "'soon' is no duration");
  fails("push -m x --expires 0m", 129, "'--expires' must not be nothing");
  fails("push main -m x", 129, "unexpected argument 'main'");
  fails("push -m x --all", 129, "'--all' has no meaning for 'push'");
  fails("list -m x", 129, "'--message' has no meaning for 'list'");
  fails("approve 7", 128, "there is no ask 7");
  fails("approve x", 129, "'x' is no id");
  fails("deny", 129, "too few arguments");
  EXPECT_EQ(sql("SELECT count(*) FROM asks"), "0\n");
}

TEST_F(Ask, AnswersEmptyWithoutAStore) {
  Sandbox other;
  other.make_repository();
  EXPECT_EQ(other.ok("git orch ask"), "no asks\n");
  EXPECT_EQ(other.type("ls .git/orch").status, 2);
}

}  // namespace
}  // namespace orch::test
