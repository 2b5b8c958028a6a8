// SPDX-License-Identifier: MIT
#include "support/notices.h"

namespace orch::test {
namespace {

class Notify : public NotifyTest {};

TEST_F(Notify, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(box.type("git orch notify -h")
                  .out.starts_with("usage: git orch notify [list] [--all]\n"));
  for (const char* line :
       {"lst", "list x", "answer", "answer x", "answer 1 approve deny",
        "list -m x", "send --all", "test a b", "send x"})
    EXPECT_EQ(box.type(std::string("git orch notify ") + line).status, 129)
        << line;
  EXPECT_EQ(box.type("git orch notify answer 7").status, 128);
  EXPECT_EQ(box.type("git orch notify test desk").status, 128);
  EXPECT_EQ(box.type_in(box.path("tmp"), "git orch notify").status, 128);
}

TEST_F(Notify, SendsNothingWhereNoSinkIsConfigured) {
  ask("drop the table");
  tick();
  EXPECT_EQ(sql("SELECT count(*) FROM notice_deliveries"), "0\n");
  const std::string list = box.ok("git orch notify");
  EXPECT_TRUE(holds(list, "001-a/impl-api asks for leave: drop the table"));
  EXPECT_TRUE(holds(list, "git orch ask approve 1"));
  EXPECT_TRUE(holds(list, "no sinks: nobody is told"));
  EXPECT_TRUE(holds(box.ok("git orch notify test"), "no sinks"));
}

TEST_F(Notify, ListsWhatNeedsAPersonAndWhatToType) {
  const std::string now = "1800000000000";
  sql("UPDATE agents SET state = 'needs-human', state_since = " + now +
      " WHERE id = 2;"
      "UPDATE agents SET desired = 'running', state = 'exited', run = 'r3', "
      "status = 'blocked' WHERE id = 3;"
      "INSERT INTO agent_crashes(agent_id, run, at, exit_status, log) VALUES "
      "(3, 'r3', " +
      now +
      ", 3, 'panic: no table');"
      "INSERT INTO batches(created_at) VALUES (" +
      now +
      ");"
      "INSERT INTO queue(batch_id, spec_path, content_hash, status, "
      "enqueued_at, completed_at, reason) VALUES (1, 'a.md', 'h', 'dead', " +
      now + ", " + now +
      ", 'three attempts');"
      "INSERT INTO gates(tree, command, result, reason, created_at) VALUES "
      "('t', 'make', 'could-not-run', 'no make', " +
      now +
      ");"
      "INSERT INTO landings(feature_id, agent_id, ref, commit_hash, into_ref, "
      "status, reason, queued_at) VALUES (1, 2, 'refs/heads/x', 'c', "
      "'refs/heads/y', 'target-dirty', 'work lies there', " +
      now +
      ");"
      "INSERT INTO messages(uid, sender, agent_id, text, level, reason, "
      "sent_at) VALUES (x'01', 'person', 2, 'hello', 'failed', 'no pane', " +
      now +
      ");"
      "INSERT INTO limits(agent_id, runtime, source, resets_at, created_at) "
      "VALUES (2, 'claude', 'assumed', 1800018000000, " +
      now +
      ");"
      "INSERT INTO task_events(event_id, event_type, message, created_at) "
      "VALUES (x'02', 'ref_unexplained', 'main moved', " +
      now + ")");
  for (int i = 0; i < 3; ++i)
    sql("INSERT INTO landings(feature_id, agent_id, ref, commit_hash, "
        "into_ref, status, reason, queued_at, ended_at) VALUES (1, 2, "
        "'refs/heads/z', 'c', 'refs/heads/y', 'rejected', 'tests failed', " +
        now + ", " + now + ")");
  ask("drop the table");
  const Result r = box.type("git orch notify --json");
  EXPECT_EQ(r.status, 0) << r.err;
  std::map<std::string, json::Value> by_kind;
  const json::Value data = r.data();
  for (const json::Value& n : *data["notices"].as_array())
    by_kind[*n["kind"].as_string()] = n;
  const auto command = [&](const char* kind) {
    const std::string* text = by_kind[kind]["command"].as_string();
    return text ? *text : "";
  };
  EXPECT_EQ(command("ask"), "git orch ask approve 1");
  EXPECT_EQ(command("needs-human"), "git orch agent attach 001-a/impl-api");
  EXPECT_EQ(command("agent-blocked"), "git orch agent start 001-a/impl-ui");
  EXPECT_EQ(command("batch-item"), "git orch queue retry 1");
  EXPECT_EQ(command("gate"), "git orch integrate");
  EXPECT_EQ(command("target-dirty"), "git orch integrate --list");
  EXPECT_EQ(command("landing-rejected"), "git orch integrate --list");
  EXPECT_EQ(command("message-failed"),
            "git orch inbox --all --agent 001-a/impl-api");
  EXPECT_EQ(command("limit"), "git orch limits set 001-a/impl-api --in <time>");
  EXPECT_EQ(command("unexplained-ref"), "git orch recent");
  EXPECT_EQ(by_kind.size(), 10U);
  EXPECT_EQ(text_of(by_kind["landing-rejected"]),
            "z on y was rejected 3 times in a row: tests failed");
  EXPECT_EQ(text_of(by_kind["agent-blocked"]),
            "001-a/impl-ui ended too often and is not started again: exit "
            "status 3");
  const json::Value& one = by_kind["ask"];
  EXPECT_EQ(one["severity"], json::Value("warning"));
  EXPECT_EQ(one["spec_id"], json::Value("001-a"));
  EXPECT_EQ(one["since"], json::Value("2027-01-15T08:00:00Z"));
  EXPECT_EQ(one["answers"],
            json::Value(std::vector<std::string>{"approve", "deny"}));
  EXPECT_TRUE(one["id"].as_integer());
  EXPECT_EQ(data["outbox"]["waiting"], json::Value(0));
  // A second look writes nothing.
  const std::string rows = sql("SELECT * FROM notices");
  box.ok("git orch notify list -q");
  EXPECT_EQ(sql("SELECT * FROM notices"), rows);
  EXPECT_TRUE(holds(box.ok("git orch notify --porcelain"),
                    "\task\twarning\t001-a\t001-a/impl-api\t"));
}

TEST_F(Notify, TellsACommandOnceWithJson) {
  set_desk();
  ask("drop the table");
  tick();
  const auto first = told();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0]["version"], json::Value(1));
  EXPECT_EQ(first[0]["sink"], json::Value("desk"));
  EXPECT_EQ(first[0]["severity"], json::Value("warning"));
  EXPECT_EQ(first[0]["repository"]["name"], json::Value("repo"));
  EXPECT_EQ(text_of(first[0]),
            "repo: 001-a/impl-api asks for leave: drop the table: why");
  const json::Value& one = (*first[0]["notices"].as_array())[0];
  EXPECT_EQ(one["needs_human"], json::Value(true));
  EXPECT_EQ(one["command"], json::Value("git orch ask approve 1"));
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_TRUE(told().empty());
  EXPECT_EQ(outbox(), "sent\n");
}

TEST_F(Notify, EndsWhatHoldsNoMore) {
  set_desk();
  set("desk.escalate", "30m");
  ask("drop the table");
  tick();
  EXPECT_EQ(told().size(), 1U);
  box.ok("git orch ask deny 1 -q");
  at(kStart + 31 * kMinute);
  tick();
  EXPECT_TRUE(told().empty());
  EXPECT_EQ(outbox(), "sent,dropped\n");
  EXPECT_TRUE(holds(box.ok("git orch notify"), "nothing needs you"));
  EXPECT_TRUE(holds(box.ok("git orch notify --all"), "over"));
}

TEST_F(Notify, RemindsByAgeAndOfTheLastStepOnly) {
  set_desk();
  set("desk.escalate", "30m, 2h, 8h");
  ask("drop the table");
  tick();
  EXPECT_EQ(told().size(), 1U);
  at(kStart + 29 * kMinute);
  tick();
  EXPECT_TRUE(told().empty());
  at(kStart + 30 * kMinute);
  tick();
  const auto second = told();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_TRUE(holds(text_of(second[0]), "repo: still: 001-a/impl-api"));
  EXPECT_EQ(box.type("git orch notify --json").data()["notices"],
            box.type("git orch notify --json").data()["notices"]);
  EXPECT_TRUE(holds(box.ok("git orch notify --json"),
                    R"("escalated_at":"2027-01-15T08:30:00Z")"));
  // Nobody ticked for a day.
  at(kStart + 24 * 60 * kMinute);
  tick();
  const auto last = told();
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ((*last[0]["notices"].as_array())[0]["step"], json::Value(3));
  EXPECT_EQ(outbox(), "sent,sent,dropped,sent\n");
}

TEST_F(Notify, HearsOfADialogInTheTickThatFindsIt) {
  set_desk();
  sql("UPDATE agents SET state = 'needs-human', state_since = 1800000000000 "
      "WHERE id = 2");
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT kind FROM notices"), "needs-human\n");
  box.type("git orch notify send -q");
  const auto got = told();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ((*got[0]["notices"].as_array())[0]["command"],
            json::Value("git orch agent attach 001-a/impl-api"));
}

TEST_F(Notify, TellsASinkThatCameLaterWhatHoldsNow) {
  ask("drop the table");
  tick();
  set_desk();
  tick();
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(Notify, AnAgentAnswersForNoPerson) {
  sql("INSERT INTO messages(uid, sender, agent_id, text, level, reason, "
      "sent_at) VALUES (x'01', 'person', 2, 'hello', 'failed', 'no pane', "
      "1800000000000)");
  box.ok("git orch notify list -q");
  box.script("impl-api",
             "await-message\nrun git orch notify answer 1 -m mine\n");
  box.set("ORCH_TEST_NOW", "");
  box.ok("git orch agent start -q impl-api --runtime script");
  EXPECT_TRUE(eventually([&] {
    return box.type("git orch agent log impl-api")
               .out.find("may not answer for a person") != std::string::npos;
  }));
  EXPECT_EQ(sql("SELECT count(*) FROM notices WHERE answer IS NOT NULL"),
            "0\n");
}

TEST_F(Notify, WaitsForItsDelay) {
  set_desk();
  set("desk.delay", "10m");
  ask("drop the table");
  tick();
  EXPECT_TRUE(told().empty());
  at(kStart + 10 * kMinute);
  tick();
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(Notify, LeavesPeopleAloneInQuietHoursAndTellsAllAtOnceBehind) {
  set_desk();
  set("desk.quiet", "22:00-09:00");  // it is eight
  ask("drop the table");
  ask("push by force", 3);
  tick();
  EXPECT_TRUE(told().empty());
  EXPECT_EQ(sql("SELECT DISTINCT not_before, reason FROM notice_deliveries"),
            "1800003600000|quiet hours\n");
  // What is critical comes all the same.
  sql("INSERT INTO task_events(event_id, event_type, message, created_at) "
      "VALUES (x'02', 'ref_unexplained', 'main moved', 1800000000000)");
  tick();
  const auto critical = told();
  ASSERT_EQ(critical.size(), 1U);
  EXPECT_EQ(critical[0]["severity"], json::Value("critical"));
  at(kStart + 60 * kMinute);
  tick();
  const auto digest = told();
  ASSERT_EQ(digest.size(), 1U);
  EXPECT_EQ(digest[0]["count"], json::Value(2));
  EXPECT_EQ(text_of(digest[0]), "repo: 2 notices");
}

TEST_F(Notify, KeepsToItsRateAndLosesNothing) {
  set_desk();
  set("desk.events", "status_update");
  set("desk.rate", "2");
  tick();  // from here on
  const auto log = [&](int n) {
    sql("INSERT INTO task_events(event_id, spec_id, role, event_type, "
        "message, created_at) VALUES (randomblob(16), '001-a', 'impl-api', "
        "'status_update', 'step " +
        std::to_string(n) + "', 1800000000000)");
  };
  for (int n = 0; n < 5; ++n) log(n);
  tick();
  auto got = told();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0]["count"], json::Value(5));
  log(5);
  tick();
  EXPECT_EQ(told().size(), 1U);
  log(6);
  log(7);
  tick();
  EXPECT_TRUE(told().empty());  // two in this minute
  at(kStart + kMinute + 1000);
  tick();
  got = told();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0]["count"], json::Value(2));
}

TEST_F(Notify, HearsOfTheEventsItAsksForAndOfTheSameOnce) {
  box.ok("git orch log-event 001-a impl-api status_update before -q");
  set_desk();
  set("desk.events", "report_*");
  tick();
  EXPECT_TRUE(told().empty());  // nothing of what was before
  box.ok("git orch log-event 001-a impl-api status_update other -q");
  for (int i = 0; i < 3; ++i)
    box.ok("git orch report blocked -m 'no key' --agent impl-api -q");
  ask("drop the table");
  tick();
  const auto got = told();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(text_of(got[0]), "repo: report_blocked of 001-a/impl-api: no key");
  EXPECT_EQ((*got[0]["notices"].as_array())[0]["needs_human"],
            json::Value(false));
  set("desk.severity", "critical");
  box.ok("git orch report blocked -m 'no disk' --agent impl-api -q");
  tick();
  EXPECT_TRUE(told().empty());
}

TEST_F(Notify, AnAskIsAnsweredHere) {
  ask("drop the table");
  ask("push by force", 3);
  box.ok("git orch notify list -q");
  EXPECT_EQ(box.type("git orch notify answer 1").status, 129);
  EXPECT_EQ(box.ok("git orch notify answer 1 approve -m 'go on'"),
            "answered\n");
  EXPECT_EQ(sql("SELECT status, answered_by, answer FROM asks WHERE id = 1"),
            "approved|person|go on\n");
  EXPECT_EQ(sql("SELECT answer FROM notices WHERE id = 1"), "approve: go on\n");
  box.ok("git orch notify answer 2 deny -q");
  EXPECT_EQ(sql("SELECT status FROM asks WHERE id = 2"), "denied\n");
  EXPECT_EQ(box.type("git orch notify answer 2 deny").status, 128);
  EXPECT_TRUE(holds(box.ok("git orch notify"), "nothing needs you"));
}

TEST_F(Notify, WhatIsSeenIsNotToldAgain) {
  set_desk();
  sql("INSERT INTO messages(uid, sender, agent_id, text, level, reason, "
      "sent_at) VALUES (x'01', 'person', 2, 'hello', 'failed', 'no pane', "
      "1800000000000)");
  tick();
  EXPECT_EQ(told().size(), 1U);
  EXPECT_EQ(box.type("git orch notify answer 1 approve").status, 129);
  const std::string said = box.ok("git orch notify answer 1 -m 'I know'");
  EXPECT_TRUE(holds(said, "git orch inbox --all --agent 001-a/impl-api"));
  tick();
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(holds(box.ok("git orch notify"), "nothing needs you"));
  EXPECT_EQ(sql("SELECT answer FROM notices"), "I know\n");
}

}  // namespace
}  // namespace orch::test
