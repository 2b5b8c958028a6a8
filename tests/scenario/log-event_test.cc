// SPDX-License-Identifier: MIT
#include <set>

#include "support/acting_agent.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class LogEvent : public ::testing::Test {
 protected:
  LogEvent() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }

  Result log(std::vector<std::string> words) const {
    words.insert(words.begin(), {"git", "orch", "log-event"});
    return box.run_in(box.repo(), words);
  }
  json::Value newest() const {
    const json::Value data = box.type("git orch recent 1 --json").data();
    const json::Array* events = data["events"].as_array();
    return events && !events->empty() ? (*events)[0] : json::Value();
  }
  std::size_t count() const {
    return box.type("git orch recent 1000 --porcelain").lines().size();
  }

  Sandbox box;
};

TEST_F(LogEvent, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch log-event -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with(
      "usage: git orch log-event <spec-id> <role> <type> (<message>|-)\n"
      "                          [<task-id> [<commit>]]\n"));
  for (const char* line :
       {"git orch log-event", "git orch log-event 001-a overseer note",
        "git orch log-event 001-a overseer note hi T1 HEAD more",
        "git orch log-event 001-a overseer note hi --task T1",
        "git orch log-event 001-a overseer '' hi",
        "git orch log-event 001-a '' note hi"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch log-event")) << line;
  }
  EXPECT_EQ(count(), 0U);
}

TEST_F(LogEvent, AnswersWithTheId) {
  EXPECT_EQ(log({"001-a", "overseer", "note", "one", "--json"}).out,
            R"({"version":1,"ok":true,"data":{"id":1}})"
            "\n");
  EXPECT_EQ(log({"001-a", "overseer", "note", "two"}).out, "logged event 2\n");
  EXPECT_EQ(log({"001-a", "overseer", "note", "three", "-q"}).out, "");
  EXPECT_EQ(count(), 3U);
}

TEST_F(LogEvent, KeepsEveryPart) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  const std::string head = box.ok("git rev-parse HEAD");
  EXPECT_EQ(log({"001-a", "impl-ui", "my_type", "text", "T007", "main"}).status,
            0);
  const json::Value e = newest();
  EXPECT_EQ(e["spec_id"], json::Value("001-a"));
  EXPECT_EQ(e["role"], json::Value("impl-ui"));
  EXPECT_EQ(e["type"], json::Value("my_type"));
  EXPECT_EQ(e["message"], json::Value("text"));
  EXPECT_EQ(e["task_id"], json::Value("T007"));
  EXPECT_EQ(e["commit"], json::Value(head.substr(0, 40)));
  EXPECT_EQ(e["at"], json::Value("2027-01-15T08:00:00Z"));
}

TEST_F(LogEvent, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(log({"001-a", "overseer", "note", "", "", ""}).status, 0);
  const json::Value e = newest();
  EXPECT_EQ(e["message"], json::Value(""));
  EXPECT_TRUE(e["task_id"].is_null());
  EXPECT_TRUE(e["commit"].is_null());
}

TEST_F(LogEvent, KeepsEveryByteOfAMessage) {
  for (const std::string message :
       {"two\nlines\r\n", "tab\tand\x1b[31mred\x07", "it's \"quoted\" \\ $HOME",
        "'; DROP TABLE task_events; --",
        "\xe2\x80\xae right to left \xf0\x9f"
        "\x8e\xaf",
        "%s %n \x01\x7f"}) {
    EXPECT_EQ(log({"001-a", "overseer", "note", "--", message}).status, 0);
    EXPECT_EQ(newest()["message"], json::Value(message));
    EXPECT_TRUE(newest()["message_b64"].is_null());
  }
}

TEST_F(LogEvent, KeepsBytesThatAreNoUtf8InBase64) {
  std::string every;
  for (int c = 1; c < 256; ++c) every += static_cast<char>(c);
  EXPECT_EQ(log({"001-a", "overseer", "note", every}).status, 0);
  EXPECT_EQ(
      newest()["message_b64"],
      json::Value("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKy"
                  "wtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZX"
                  "WFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgo"
                  "OEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2u"
                  "r7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2d"
                  "rb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/"));
  EXPECT_EQ(box.run_in(box.repo(), {"git", "orch", "recent", "1", "-z"})
                    .out.find(every) == std::string::npos,
            false);
}

TEST_F(LogEvent, ShowsNoControlCharacterToATerminal) {
  log({"001-a", "overseer", "note", "a\x1b[31mb\nc\x07"});
  const std::string table = box.ok("git orch recent");
  EXPECT_TRUE(holds(table, "a\\x1b[31mb\\nc\\x07"));
}

TEST_F(LogEvent, KeepsAMessageThatLooksLikeAnOption) {
  EXPECT_EQ(log({"--", "001-a", "overseer", "note", "--json"}).status, 0);
  EXPECT_EQ(newest()["message"], json::Value("--json"));
}

TEST_F(LogEvent, ReadsTheMessageFromStandardInput) {
  std::string every;
  for (int c = 1; c < 256; ++c) every += static_cast<char>(c);
  every += "\n\n";
  EXPECT_EQ(
      box.type("git orch log-event 001-a overseer note - T001", every).out,
      "logged event 1\n");
  EXPECT_TRUE(
      holds(box.type("git orch recent 1 -z").out, "\t" + every + "\tT001\t"));
  box.type("git orch log-event 001-a overseer note -", "");
  EXPECT_EQ(newest()["message"], json::Value(""));
}

TEST_F(LogEvent, KeepsThirtyMegabytesFromStandardInput) {
  const std::string text = "'\"\n\x80" + std::string(30 << 20, 'x') + "\xff";
  const Result r = box.type("git orch log-event 001-a overseer note -", text);
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string out = box.type("git orch recent 1 -z").out;
  EXPECT_NE(out.find("\t" + text + "\t"), std::string::npos);
}

TEST_F(LogEvent, RefusesWhatNoMessageCanBe) {
  const Result nul = box.type("git orch log-event 001-a overseer note -",
                              std::string("a\0b", 3));
  EXPECT_EQ(nul.status, 129);
  EXPECT_EQ(nul.err, "fatal: cannot log the message: it has a NUL byte\n");
  const Result endless = box.run_in(
      box.repo(),
      {"bash", "-c", "yes | git orch log-event 001-a overseer note -"});
  EXPECT_EQ(endless.status, 129);
  EXPECT_EQ(endless.err,
            "fatal: cannot log the message: it is longer than 64 MiB\n");
  EXPECT_EQ(count(), 0U);
}

TEST_F(LogEvent, AcceptsEveryTypeAlsoThoseOfTheSuite) {
  for (const char* type :
       {"task_started", "task_completed", "task_blocked", "status_update",
        "pr_opened", "pr_merged", "conflict_detected", "conflict_resolved",
        "my own type", "a;b'c"}) {
    EXPECT_EQ(log({"001-a", "overseer", type, "x"}).status, 0) << type;
    EXPECT_EQ(newest()["type"], json::Value(type));
  }
}

TEST_F(LogEvent, KnowsTheRolesAndSuggestsTheNearest) {
  for (const char* role : {"overseer", "impl-ui", "impl-api", "person"})
    EXPECT_EQ(log({"001-a", role, "note", "x"}).status, 0) << role;
  const Result r = log({"001-a", "impl-uy", "note", "x"});
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: unknown role 'impl-uy'\nhint: did you mean 'impl-ui'?\n");
  EXPECT_EQ(log({"001-a", "somebody", "note", "x"}).err,
            "fatal: unknown role 'somebody'\nhint: git orch status lists the "
            "roles of '001-a'\n");
  EXPECT_EQ(count(), 4U);
}

TEST_F(LogEvent, KeepsALongMessage) {
  const std::string text(100000, 'x');
  EXPECT_EQ(log({"001-a", "overseer", "note", text}).status, 0);
  EXPECT_EQ(newest()["message"], json::Value(text));
}

TEST_F(LogEvent, ResolvesAnyNameOfACommit) {
  box.ok("git tag v1");
  box.ok("git commit -q --allow-empty -m later");
  box.ok("git orch log-event 001-a overseer note one T1 v1^{commit}");
  EXPECT_EQ(newest()["commit"].as_string()->size(), 40U);
  EXPECT_EQ(*newest()["commit"].as_string() + "\n",
            box.ok("git rev-parse HEAD~1"));
  EXPECT_EQ(log({"001-a", "overseer", "note", "x", "", "HEAD"}).status, 0);
  EXPECT_EQ(*newest()["commit"].as_string() + "\n",
            box.ok("git rev-parse HEAD"));
}

TEST_F(LogEvent, MeansTheHeadOfTheWorktreeItStandsIn) {
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m work");
  box.ok_in(tree, "git orch log-event 001-a impl-ui note x T1 HEAD");
  EXPECT_EQ(*newest()["commit"].as_string() + "\n",
            box.ok_in(tree, "git rev-parse HEAD"));
}

TEST_F(LogEvent, RefusesWhatIsNoCommit) {
  for (const std::string name : {"gone", "HEAD:one.txt", "--all", "0000"}) {
    const Result r = log({"--", "001-a", "overseer", "note", "x", "T1", name});
    EXPECT_EQ(r.status, 128) << name;
    EXPECT_EQ(r.err, "fatal: '" + name + "' names no commit\n");
  }
  EXPECT_EQ(count(), 0U);
}

TEST_F(LogEvent, SuggestsTheNearestFeature) {
  const Result r = log({"001-b", "overseer", "note", "x"});
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: unknown feature '001-b'\nhint: did you mean "
            "'001-a'?\n");
  EXPECT_EQ(
      log({"001-b", "overseer", "note", "x", "--json"}).json()["error"]["code"],
      json::Value("unknown_name"));
  EXPECT_EQ(count(), 0U);
}

TEST_F(LogEvent, SaysThatThereIsNoRepository) {
  EXPECT_EQ(
      box.type_in(box.path("tmp"), "git orch log-event 001-a o n x").status,
      128);
}

TEST_F(LogEvent, GivesEachOfManyAtOnceItsOwnId) {
  const Result r = box.run_in(
      box.repo(), {"sh", "-c",
                   "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do git "
                   "orch log-event 001-a overseer note $i --json & done; "
                   "wait"});
  std::set<std::string> answers;
  for (const std::string& line : r.lines()) answers.insert(line);
  EXPECT_EQ(answers.size(), 16U) << r.out << r.err;
  EXPECT_EQ(count(), 16U);
}

TEST_F(LogEvent, TakesNoTypeThatGitOrchGoesBy) {
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.write(tree + "/a.txt", "a\n");
  box.ok_in(tree, "git add a.txt");
  box.ok_in(tree, "git commit -q -m a");
  box.ok("git orch report progress -m half --agent impl-ui -q");
  for (const char* kind : {"ready", "done", "failed", "blocked", "progress"}) {
    const Result r =
        log({"001-a", "impl-ui", std::string("report_") + kind, "x"});
    EXPECT_EQ(r.status, 129);
    EXPECT_EQ(r.err, std::string("fatal: the type 'report_") + kind +
                         "' is reserved\nhint: git orch report " + kind +
                         " -m TEXT\n");
  }
  for (const char* type :
       {"agent_idle", "agent_stalled", "commit_overdue", "loop_suspected",
        "checkin_failed", "contradiction_opened", "contradiction_resolved",
        "ref_unexplained"})
    EXPECT_EQ(log({"001-a", "impl-ui", type, "x"}).status, 129) << type;
  EXPECT_TRUE(holds(box.type("git orch integrate").out, "not reported ready"));
  for (const char* type :
       {"status_update", "task_completed", "pr_merged", "report_weekly"})
    EXPECT_EQ(log({"001-a", "impl-ui", type, "x"}).status, 0) << type;
}

TEST_F(LogEvent, LetsAnAgentSpeakForItselfAlone) {
  ActingAgent agent(box, "impl-ui",
                    {"git orch log-event 001-a impl-ui note mine -q",
                     "git orch log-event 001-a overseer decision yours"});
  ActingAgent overseer(box, "overseer",
                       {"git orch log-event 001-a impl-ui note theirs -q"});
  EXPECT_EQ(agent.act(), "exit 0\n");
  EXPECT_EQ(agent.act(),
            "fatal: '001-a/impl-ui' may not log an event of "
            "'001-a/overseer'\nhint: git orch send overseer -m TEXT\n"
            "exit 2\n");
  EXPECT_EQ(overseer.act(), "exit 0\n");
}

TEST_F(LogEvent, CannotBeChangedAfterwards) {
  log({"001-a", "overseer", "note", "x"});
  for (const char* sql :
       {"UPDATE task_events SET message = 'y'", "DELETE FROM task_events"}) {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db", sql});
    EXPECT_TRUE(holds(r.err, "events are append-only"));
  }
  EXPECT_EQ(newest()["message"], json::Value("x"));
}

}  // namespace
}  // namespace orch::test
