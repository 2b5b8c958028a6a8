// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

constexpr char kGreen[] =
    "<testsuite name=\"s\" time=\"1.5\"><testcase name=\"a\" time=\"1\"/>"
    "<testcase name=\"b\" time=\"0.5\"/></testsuite>";
constexpr char kRed[] =
    "<testsuite name=\"s\"><testcase name=\"a\"/><testcase name=\"b\">"
    "<failure message=\"no\"/></testcase></testsuite>";

// What a CI job or a person has run is taken over.
class RunTestsRecord : public ::testing::Test {
 protected:
  RunTestsRecord() { box.make_repository(); }
  std::string file(const std::string& name, const std::string& bytes) const {
    box.write(box.repo() + "/" + name, bytes);
    return name;
  }
  json::Value record(const std::string& more, int status = 0) const {
    const Result r = box.type("git orch run-tests --json --record " + more);
    EXPECT_EQ(r.status, status) << r.out << r.err;
    return r.data()["result"];
  }
  std::string field(const json::Value& r, const std::string& key) const {
    return json::to_text(r[key]);
  }
  std::string line(const std::string& command) const {
    return std::string(text::trim(box.ok(command)));
  }

  Sandbox box;
};

TEST_F(RunTestsRecord, NeedsNeitherAnAgentNorAFeature) {
  file("junit.xml", kGreen);
  const std::string before = box.fingerprint();
  const json::Value r = record("junit.xml");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(field(r, "type") + field(r, "status") + field(r, "total") +
                field(r, "passed") + field(r, "failed") +
                field(r, "duration_ms"),
            R"("unit""passed"2201500)");
  // The report is no part of what was tested.
  EXPECT_EQ(*r["commit"].as_string(), line("git rev-parse HEAD"));
  EXPECT_EQ(*r["tree"].as_string(), line("git rev-parse HEAD^{tree}"));
  EXPECT_EQ(field(r, "dirty") + field(r, "feature") + field(r, "agent") +
                field(r, "role") + field(r, "command") + field(r, "log"),
            "falsenullnull\"person\"nullnull");
  EXPECT_EQ(
      box.sql("SELECT feature_id IS NULL, role, status, total, passed, failed, "
              "tree IS NOT NULL FROM test_results"),
      "1|person|passed|2|2|0|1\n");
  EXPECT_EQ(box.sql("SELECT group_concat(name) FROM test_cases"), "a,b\n");
  EXPECT_EQ(record(file("red.xml", kRed), 1)["failed"].as_integer(), 1);
  EXPECT_EQ(box.sql("SELECT event_type FROM task_events ORDER BY id"),
            "tests_passed\ntests_failed\n");
}

TEST_F(RunTestsRecord, IsThatOfTheAgentOrTheFeature) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  const std::string worktree = box.worktree("001-a", "impl-api");
  box.write(box.path("junit.xml"), kRed);
  const std::string report = box.path("junit.xml");
  const auto owner = [&](const std::string& where, const std::string& more) {
    const Result r = box.type_in(
        where, "git orch run-tests --json --record " + report + " " + more);
    EXPECT_EQ(r.status, 1) << r.err;
    const json::Value result = r.data()["result"];
    return field(result, "feature") + field(result, "role");
  };
  EXPECT_EQ(owner(worktree, ""), R"("001-a""impl-api")");
  EXPECT_EQ(owner(box.repo(), ""), R"("001-a""person")");
  EXPECT_EQ(owner(box.repo(), "--agent overseer"), R"("001-a""overseer")");
  // A job checks the branch out somewhere else.
  box.ok("git worktree remove " + worktree);
  box.ok("git checkout -q feature/001-a/impl-api");
  EXPECT_EQ(owner(box.repo(), ""), R"("001-a""impl-api")");
  box.ok("git checkout -q main");
  box.ok("git orch init-feature 002-b --roles overseer -q");
  EXPECT_EQ(owner(box.repo(), ""), R"(null"person")");
  // The agent is told, once.
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent 001-a/impl-api --all"),
                    "unit tests failed: 1 of 2 failed"));
}

TEST_F(RunTestsRecord, IsAboutACommit) {
  file("junit.xml", kGreen);
  box.write(box.repo() + "/one.txt", "changed\n");
  const json::Value here = record("junit.xml --type e2e");
  EXPECT_EQ(field(here, "type") + field(here, "dirty"), "\"e2e\"true");
  EXPECT_NE(*here["tree"].as_string(), line("git rev-parse HEAD^{tree}"));
  const json::Value there = record("junit.xml --commit HEAD");
  EXPECT_EQ(field(there, "dirty"), "false");
  EXPECT_EQ(*there["tree"].as_string(), line("git rev-parse HEAD^{tree}"));
  EXPECT_TRUE(
      holds(box.type("git orch run-tests --record junit.xml --commit 0123").err,
            "there is no commit '0123'"));
}

TEST_F(RunTestsRecord, TakesSeveralDirectoriesAndStandardInput) {
  file("reports/a.xml", kGreen);
  file("reports/b.tap", "1..1\nok 1 - c\n");
  file("reports/notes.txt", "no report");
  box.ok("mkfifo reports/pipe.xml");
  EXPECT_EQ(record("reports")["total"].as_integer(), 3);
  EXPECT_EQ(record("reports --record reports/a.xml")["total"].as_integer(), 5);
  const Result in = box.type("git orch run-tests --record - --json",
                             "TAP version 13\n1..2\nok 1\nnot ok 2 - x\n");
  EXPECT_EQ(in.status, 1);
  EXPECT_EQ(field(in.data()["result"], "source"), "\"tap\"");
  box.write(box.repo() + "/empty/x", "");
  EXPECT_TRUE(holds(box.type("git orch run-tests --record empty").err,
                    "there is no report in directory 'empty'"));
}

TEST_F(RunTestsRecord, RefusesWhatIsNoReport) {
  const auto refusal = [&](const std::string& bytes) {
    file("r.xml", bytes);
    const Result r = box.type("git orch run-tests --record r.xml");
    EXPECT_EQ(r.status, 129) << bytes.substr(0, 99);
    EXPECT_EQ(r.out, "");
    return r.err;
  };
  EXPECT_EQ(refusal("<testsuite name=\"s\">\n<testcase"),
            "fatal: r.xml:2: unclosed token\n");
  EXPECT_EQ(refusal(""), "fatal: r.xml:1: is empty\n");
  EXPECT_EQ(refusal("nothing\n"),
            "fatal: r.xml:1: is neither a JUnit report nor TAP\n");
  EXPECT_EQ(refusal("<!DOCTYPE x [<!ENTITY a \"aaaa\">"
                    "<!ENTITY b \"&a;&a;&a;\">]><testsuite name=\"&b;\"/>"),
            "fatal: r.xml:1: declares an entity\n");
  EXPECT_EQ(refusal(std::string((64 << 20) + 1, ' ')),
            "fatal: r.xml: is larger than 64 MiB\n");
  EXPECT_EQ(box.type("git orch run-tests --record nowhere.xml").status, 128);
  EXPECT_EQ(box.sql("SELECT count(*) FROM sqlite_schema "
                    "WHERE name = 'test_results'"),
            "1\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM test_results"), "0\n");
}

TEST_F(RunTestsRecord, ShowsHostileNamesHarmlessly) {
  const Result r = box.type(
      "git orch run-tests --record -",
      "1..1\nnot ok 1 - \x1b[2J\xE2\x80\xAE'; DROP TABLE features;--\xFF\n");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "\\x1b[2J\\u{202e}'; DROP TABLE features;--"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM features"), "0\n");
}

TEST_F(RunTestsRecord, WorksBeforeTheFirstCommit) {
  const std::string young = box.path("young");
  box.ok("git init -q " + young);
  const Result r = box.type_in(young, "git orch run-tests --record - --json",
                               "1..1\nok 1\n");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(
      field(r.data()["result"], "commit") + field(r.data()["result"], "tree"),
      "nullnull");
}

TEST_F(RunTestsRecord, LooksBack) {
  box.set("ORCH_TEST_NOW", "1790000000000");
  EXPECT_EQ(box.ok("git orch run-tests history"), "no results\n");
  EXPECT_EQ(box.ok("git orch run-tests slowest"),
            "no test says how long it took\n");
  EXPECT_EQ(box.ok("git orch run-tests flaky"),
            "nothing has passed and failed on one tree\n");
  box.write(box.path("green.xml"), kGreen);
  box.write(box.path("red.xml"), kRed);
  record(box.path("green.xml"));
  record(box.path("red.xml") + " -t e2e", 1);
  record(box.path("red.xml"), 1);
  const std::string head = line("git rev-parse HEAD");
  const std::string tree = line("git rev-parse HEAD^{tree}");
  const std::string tail =
      head + "\t" + tree + "\t0\t\tperson\t" + "2026-09-21T14:13:20Z\t";
  EXPECT_EQ(box.ok("git orch run-tests history --porcelain"),
            "unit\tfailed\t2\t1\t1\t\t" + tail + "3\n" +
                "e2e\tfailed\t2\t1\t1\t\t" + tail + "2\n" +
                "unit\tpassed\t2\t2\t0\t1500\t" + tail + "1\n");
  EXPECT_EQ(
      text::split(box.ok("git orch run-tests history 2 --porcelain"), '\n')
          .size(),
      3U);
  EXPECT_TRUE(holds(box.ok("git orch run-tests history"), "1 of 2 failed"));
  EXPECT_EQ(box.ok("git orch run-tests slowest --porcelain"),
            "s\ta\tunit\t\tperson\t1\t1000\t1000\t1000\n"
            "s\tb\tunit\t\tperson\t1\t500\t500\t500\n");
  EXPECT_EQ(box.ok("git orch run-tests slowest 1 --type e2e --porcelain"), "");
  // Both the run and one case, and nothing of another type.
  EXPECT_EQ(box.ok("git orch run-tests flaky --porcelain"),
            "run\t\t\tunit\t\tperson\t1\t1\t" + tree +
                "\t2026-09-21T14:13:20Z\n"
                "case\ts\tb\tunit\t\tperson\t1\t1\t" +
                tree + "\t2026-09-21T14:13:20Z\n");
  EXPECT_TRUE(holds(box.ok("git orch run-tests flaky --json"),
                    R"("what":"case","suite":"s","name":"b")"));
}

TEST_F(RunTestsRecord, LooksBackAtOneAgent) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  box.write(box.path("green.xml"), kGreen);
  record(box.path("green.xml"));
  record(box.path("green.xml") + " --agent impl-api");
  const auto count = [&](const std::string& verb) {
    return text::split(box.ok("git orch run-tests " + verb + " --porcelain"),
                       '\n')
               .size() -
           1;
  };
  EXPECT_EQ(count("history"), 2U);
  EXPECT_EQ(count("history --agent impl-api"), 1U);
  EXPECT_EQ(count("history --agent overseer"), 0U);
  EXPECT_EQ(count("slowest -a impl-api"), 2U);
}

TEST_F(RunTestsRecord, CreatesNothingWhereOneOnlyLooks) {
  box.ok("git orch run-tests history --json");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

}  // namespace
}  // namespace orch::test
