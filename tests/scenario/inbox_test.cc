// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Inbox : public ::testing::Test {
 protected:
  Inbox() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    go = box.path("home") + "/go";
  }
  // Runs `steps` while the agent is at work on its brief, so that nothing is
  // typed to it, as soon as `go` exists.
  void start(const std::string& steps) const {
    box.script("impl-api", "await-file " + go + "\n" + steps + "say done\n");
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] { return levels().ends_with(" acked\n"); }));
  }
  void go_on() const {
    box.write(go, "");
    ASSERT_TRUE(eventually([&] {
      return log().find("\ndone\n") != std::string::npos;
    })) << log();
  }
  void send(const std::string& text) const {
    box.ok("git orch send impl-api -q -m " + text);
  }
  std::string log() const { return box.ok("git orch agent log impl-api"); }
  // "<id> <level>" per message, without the help of inbox.
  std::string levels() const {
    box.ok("git orch agent list -q");
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000", "-separator",
                             " ", ".git/orch/orch.db",
                             "SELECT id, level FROM messages ORDER BY "
                             "id"})
        .out;
  }
  Sandbox box;
  std::string go;
};

TEST_F(Inbox, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch inbox -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch inbox [--all] [--ack"));
  for (const char* line : {"git orch inbox impl-api", "git orch inbox --agent",
                           "git orch inbox --agent impl-api --kind letter",
                           "git orch inbox --ack", "git orch inbox --al"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line << "\n" << r.out << r.err;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch inbox")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch inbox --agent impl-api --kind x").err,
                    "known: message, brief, checkin, conflict, report"));
}

TEST_F(Inbox, AnswersEmptyAndCreatesNothingWithoutAStore) {
  box.make_repository("bare-new");
  EXPECT_EQ(box.ok("git orch inbox --json"),
            R"({"version":1,"ok":true,"data":{"messages":[]}})"
            "\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Inbox, AsksAPersonWhoseInboxIsMeant) {
  const Result r = box.type("git orch inbox --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("git orch inbox --agent <agent>"));
  send("hello");
  EXPECT_TRUE(
      holds(box.ok_in(box.worktree("001-a", "impl-api"), "git orch inbox"),
            "    hello\n"));
  EXPECT_EQ(box.ok_in(box.worktree("001-a", "overseer"), "git orch inbox"),
            "no messages\n");
  EXPECT_EQ(box.type("git orch inbox --agent impl-apo --json")
                .json()["error"]["code"],
            json::Value("unknown_name"));
}

TEST_F(Inbox, ShowsTheOldestFirstInEveryForm) {
  send("'one\ttab'");
  send("two");
  EXPECT_EQ(box.ok("git orch inbox --agent impl-api --json"),
            R"({"version":1,"ok":true,"data":{"messages":[)"
            R"({"id":1,"from":"person","text":"one\ttab","level":"queued",)"
            R"("sent_at":"2027-01-15T08:00:00Z","kind":"message"},)"
            R"({"id":2,"from":"person","text":"two","level":"queued",)"
            R"("sent_at":"2027-01-15T08:00:00Z","kind":"message"}]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch inbox --agent impl-api --porcelain"),
            "1\tperson\tone\\ttab\tqueued\t2027-01-15T08:00:00Z\n"
            "2\tperson\ttwo\tqueued\t2027-01-15T08:00:00Z\n");
  const std::string nul = box.ok("git orch inbox --agent impl-api -z");
  EXPECT_TRUE(holds(nul, "\tone\ttab\t"));
  EXPECT_EQ(nul.back(), '\0');
  EXPECT_EQ(box.ok("git orch inbox --agent impl-api"),
            "message 1 from person, now, queued\n    one\ttab\n"
            "message 2 from person, now, queued\n    two\n");
  EXPECT_EQ(box.ok("git orch inbox --agent impl-api -q"), "");
}

TEST_F(Inbox, RaisesNoLevelForAPerson) {
  send("hello");
  const std::string here = box.worktree("001-a", "impl-api");
  for (const char* line :
       {"git orch inbox", "git orch inbox --all",
        "git orch inbox --agent impl-api", "git orch inbox --wait",
        "git orch inbox --kind message"})
    EXPECT_TRUE(holds(box.ok_in(here, line), "hello")) << line;
  EXPECT_EQ(levels(), "1 queued\n");
}

TEST_F(Inbox, RefusesToAcknowledgeForSomebodyElse) {
  send("hello");
  for (const char* line : {"git orch inbox --ack 1", "git orch inbox --ack-all",
                           "git orch inbox --agent impl-api --ack 1"}) {
    const Result r = box.type_in(box.worktree("001-a", "impl-api"),
                                 std::string(line) + " --json");
    EXPECT_EQ(r.status, 2) << line;
    EXPECT_EQ(r.json()["error"]["code"], json::Value("refused_by_policy"));
    EXPECT_EQ(r.json()["error"]["message"],
              json::Value("only '001-a/impl-api' itself can acknowledge its "
                          "messages"));
  }
  EXPECT_EQ(levels(), "1 queued\n");
}

TEST_F(Inbox, RaisesToReadWhenTheAgentReads) {
  start("run git orch inbox\n");
  send("hello");
  EXPECT_EQ(levels(), "1 acked\n2 queued\n");
  go_on();
  EXPECT_TRUE(holds(log(), "    hello\n"));
  EXPECT_EQ(levels(), "1 acked\n2 read\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(levels(), "1 acked\n2 read\n");
}

TEST_F(Inbox, AcknowledgesOnlyWhatTheAgentNames) {
  start("run git orch inbox --ack 3\n");
  for (const char* text : {"first", "second", "third"}) send(text);
  go_on();
  EXPECT_TRUE(holds(log(), "second"));
  EXPECT_EQ(log().find("first"), std::string::npos) << log();
  // What was not shown is not read, and is typed when the agent is free.
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return levels() == "1 acked\n2 acked\n3 acked\n4 acked\n";
  })) << levels();
  EXPECT_TRUE(holds(log(), "[orch message 2,4] you have 2 messages"));
}

TEST_F(Inbox, AcknowledgesSeveralByNameOrAllOfThem) {
  start(
      "run git orch inbox --ack 2 --ack 3\nrun git orch inbox --ack-all\n"
      "run git orch inbox\n");
  for (const char* text : {"first", "second", "third"}) send(text);
  go_on();
  EXPECT_EQ(levels(), "1 acked\n2 acked\n3 acked\n4 acked\n");
  EXPECT_TRUE(holds(log(), "no messages\ndone\n"));
}

TEST_F(Inbox, AcknowledgesOfOneKindWhatItShows) {
  start("run git orch inbox --ack-all --kind report\n");
  send("hello");
  go_on();
  EXPECT_TRUE(holds(log(), "no messages\n"));
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return log().find("    hello") != std::string::npos ||
           log().find("]\nhello\n") != std::string::npos;
  })) << log();
}

TEST_F(Inbox, TellsTheAgentAboutAnUnknownMessage) {
  box.ok("git orch send overseer -q -m 'for another one'");
  start(
      "run git orch inbox --ack 1\nrun git orch inbox --ack 99\n"
      "run git orch inbox --ack x\n");
  go_on();
  for (const char* id : {"1", "99", "x"})
    EXPECT_TRUE(holds(log(), std::string("fatal: '") + id +
                                 "' is no message of '001-a/impl-api'\n"
                                 "hint: git orch inbox --all\n"));
  EXPECT_TRUE(holds(levels(), "1 queued\n"));
}

TEST_F(Inbox, ShowsAcknowledgedOnesOnlyWithAll) {
  start("");
  EXPECT_EQ(box.ok("git orch inbox --agent impl-api"), "no messages\n");
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent impl-api --all"),
                    "message 1 from orch, now, acked\n"));
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent impl-api -a"), "message 1"));
}

TEST_F(Inbox, ShowsOnlyTheKindThatIsAskedFor) {
  start("");
  send("hello");
  const std::string line = "git orch inbox --all --agent impl-api --kind ";
  EXPECT_TRUE(holds(box.ok(line + "message"), "message 2 from person"));
  EXPECT_EQ(box.ok(line + "message").find("message 1"), std::string::npos);
  EXPECT_TRUE(holds(box.ok(line + "brief"), "message 1 from orch"));
  EXPECT_EQ(box.ok(line + "brief").find("message 2"), std::string::npos);
  EXPECT_EQ(box.ok(line + "conflict"), "no messages\n");
}

TEST_F(Inbox, WaitsForAMessageThatIsNotThereYet) {
  start("say waiting\nrun git orch inbox --wait --kind message\n");
  box.write(go, "");
  ASSERT_TRUE(eventually(
      [&] { return log().find("\nwaiting\n") != std::string::npos; }));
  EXPECT_EQ(log().find("\ndone\n"), std::string::npos);
  send("hello");
  go_on();
  EXPECT_TRUE(holds(log(), "    hello\ndone\n"));
}

}  // namespace
}  // namespace orch::test
