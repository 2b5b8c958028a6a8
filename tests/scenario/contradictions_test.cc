// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"

namespace orch::test {
namespace {

class Contradictions : public ::testing::Test {
 protected:
  Contradictions() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
    box.ok("git orch task add one -q");
    box.ok("git orch task add two -q");
  }
  void report(const std::string& role, const std::string& what) const {
    box.ok("git orch report " + what + " -q --agent " + role);
  }
  std::string sql(const std::string& text) const {
    return box
        .run_in(box.repo(),
                {"sqlite3", "-cmd", ".timeout 9000", ".git/orch/orch.db", text})
        .out;
  }
  std::string statuses() const {
    return sql("SELECT topic, status FROM contradictions ORDER BY id");
  }
  // What the overseer was told of contradictions.
  std::string told() const {
    return sql("SELECT text FROM messages WHERE text LIKE 'contradiction %'");
  }
  Sandbox box;
};

TEST_F(Contradictions, AreToldTheOverseerOnceWithBothQuotes) {
  report("impl-api", "done --task T001 -m 'works, with tests'");
  EXPECT_EQ(box.ok("git orch contradictions"), "no contradictions\n");
  report("impl-ui", "failed --task T001 -m \"it's empty\"");
  report("impl-ui", "blocked --task T001 -m 'still empty'");
  EXPECT_EQ(told(),
            "contradiction 1 on T001\n"
            "001-a/impl-api says done:\n    works, with tests\n"
            "001-a/impl-ui says failed:\n    it's empty\n"
            "find out which holds, then: git orch contradictions resolve 1 -m "
            "'<what holds>'\n");
  EXPECT_EQ(sql("SELECT a.role, m.sender, m.kind FROM messages m JOIN agents a "
                "ON a.id = m.agent_id WHERE text LIKE 'contradiction %'"),
            "overseer|orch|report\n");
  EXPECT_EQ(box.ok("git orch contradictions"),
            "contradiction 1 on T001, 001-a, open, now\n"
            "  001-a/impl-api says done:\n    works, with tests\n"
            "  001-a/impl-ui says failed:\n    it's empty\n");
  EXPECT_EQ(box.ok("git orch contradictions list --porcelain"),
            "1\t001-a\tT001\topen\t001-a/impl-api\tdone\tworks, with tests\t"
            "001-a/impl-ui\tfailed\tit's empty\t2027-01-15T08:00:00Z\t\t\n");
  const json::Value data = box.type("git orch contradictions --json").data();
  const json::Value& c = (*data["contradictions"].as_array())[0];
  EXPECT_EQ(c["first_text"], json::Value("works, with tests"));
  EXPECT_EQ(c["second_report"], json::Value("failed"));
  EXPECT_TRUE(
      holds(box.ok("git orch recent 9 --porcelain"), "contradiction_opened"));
}

TEST_F(Contradictions, AreAlsoAboutATopicThatIsNoTask) {
  report("impl-ui", "blocked --topic 'the \"schema\"' -m 'nobody made it'");
  report("impl-api", "ready --topic 'the \"schema\"' -m 'it is there'");
  EXPECT_EQ(statuses(), "the \"schema\"|open\n");
  // A report names its topic before its task.
  report("impl-api", "done --task T002 --topic other -m x");
  report("impl-ui", "failed --task T002 -m x");
  EXPECT_EQ(statuses(), "the \"schema\"|open\n");
}

TEST_F(Contradictions, AreNotWhatDisagreesOtherwise) {
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  report("001-a/impl-api", "failed --topic t -m 'not yet'");
  report("001-a/impl-api", "done --topic t -m 'now it is'");
  report("001-a/impl-ui", "progress --topic t -m 'at it'");
  report("001-a/impl-ui", "failed --topic u -m x");
  report("001-a/impl-ui", "failed -m x");
  report("002-b/impl-api", "failed --topic t -m x");
  EXPECT_EQ(statuses(), "");
}

TEST_F(Contradictions, CountTheNewestReportOfEach) {
  report("impl-api", "failed --topic t -m x");
  report("impl-api", "progress --topic t -m 'going on'");
  report("impl-ui", "done --topic t -m x");
  EXPECT_EQ(statuses(), "");
  report("impl-api", "failed --topic t -m x");
  report("overseer", "ready --topic t -m x");
  EXPECT_EQ(sql("SELECT count(*) FROM contradictions"), "2\n");
}

TEST_F(Contradictions, AreResolvedByALaterReportThatAgrees) {
  report("impl-api", "done --topic t -m x");
  report("impl-ui", "failed --topic t -m y");
  report("impl-ui", "progress --topic t -m 'looking'");
  EXPECT_EQ(statuses(), "t|open\n");
  report("impl-ui", "ready --topic t -m 'works now'");
  EXPECT_EQ(statuses(), "t|resolved\n");
  EXPECT_EQ(box.ok("git orch contradictions"), "no contradictions\n");
  EXPECT_TRUE(holds(box.ok("git orch contradictions --all"),
                    "  resolved:\n    impl-ui says ready as well\n"));
  // Another one is a new one.
  report("impl-api", "failed --topic t -m 'broken again'");
  EXPECT_EQ(statuses(), "t|resolved\nt|open\n");
}

TEST_F(Contradictions, AreResolvedByHandOnce) {
  report("impl-api", "done --topic t -m x");
  report("impl-ui", "failed --topic t -m y");
  EXPECT_TRUE(holds(box.ok("git orch contradictions resolve 1 -m 'both'"),
                    "  resolved:\n    both\n"));
  const Result again = box.type("git orch contradictions resolve 1 -m 'none'");
  EXPECT_EQ(again.status, 0);
  EXPECT_TRUE(holds(again.err, "was resolved already; nothing changed"));
  EXPECT_TRUE(holds(again.out, "both"));
  EXPECT_EQ(sql("SELECT role, message FROM task_events WHERE event_type = "
                "'contradiction_resolved'"),
            "person|both\n");
}

TEST_F(Contradictions, AreResolvedByTheOverseerAndNoOtherAgent) {
  report("impl-api", "done --topic t -m x");
  report("impl-ui", "failed --topic t -m y");
  ActingAgent other(box, "impl-ui", {"git orch contradictions resolve 1"});
  ActingAgent overseer(box, "overseer",
                       {"git orch contradictions resolve 1 -q"});
  EXPECT_EQ(other.act(),
            "fatal: '001-a/impl-ui' may not resolve contradiction 1: the "
            "overseer or a person does\nhint: report anew what holds\n"
            "exit 2\n");
  EXPECT_EQ(statuses(), "t|open\n");
  EXPECT_EQ(overseer.act(), "exit 0\n");
  EXPECT_EQ(statuses(), "t|resolved\n");
}

TEST_F(Contradictions, AreListedByFeature) {
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  for (const char* spec_id : {"001-a/", "002-b/"}) {
    report(std::string(spec_id) + "impl-api", "done --topic t -m x");
    report(std::string(spec_id) + "overseer", "failed --topic t -m x");
  }
  EXPECT_EQ(box.type("git orch contradictions --porcelain").lines().size(), 2U);
  EXPECT_TRUE(box.ok("git orch contradictions list 002-b --porcelain")
                  .starts_with("2\t002-b\tt\topen\t"));
}

TEST_F(Contradictions, SayWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  fails("contradictions resolve 7", 128, "there is no contradiction 7");
  fails("contradictions resolve x", 129, "'x' is no id");
  fails("contradictions resolve 1 --all", 129, "has no meaning");
  fails("contradictions -m x", 129, "'--message' has no meaning for 'list'");
  fails("contradictions remove 1", 129, "unknown action 'remove'");
  fails("contradictions list 001-b", 128, "did you mean '001-a'?");
  fails("report done -m x --topic ' ' --agent impl-ui", 129,
        "the topic is empty");
  Sandbox other;
  other.make_repository();
  EXPECT_EQ(other.ok("git orch contradictions"), "no contradictions\n");
}

}  // namespace
}  // namespace orch::test
