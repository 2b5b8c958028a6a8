// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

class RunTests : public ::testing::Test {
 protected:
  RunTests() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1790000000000");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    worktree = box.worktree("001-a", "impl-api");
  }
  std::string role_file() const {
    return box.repo() + "/.git/orch/roles/impl-api.yaml";
  }
  // The lines that stand in the role's file about its tests.
  void role(const std::string& lines) const {
    box.write(role_file(), "name: impl-api\n" + lines + "\n");
  }
  Result run(const std::string& more = "") const {
    return box.type("git orch run-tests --agent impl-api " + more);
  }
  json::Value result(const std::string& more = "") const {
    return run(more + " --json").data()["result"];
  }
  std::string field(const json::Value& r, const std::string& key) const {
    return json::to_text(r[key]);
  }

  Sandbox box;
  std::string worktree;
};

TEST_F(RunTests, RunsTheRolesCommandInTheAgentsWorktree) {
  role("test: pwd; test -f here.txt");
  EXPECT_EQ(run().status, 1);
  box.write(worktree + "/here.txt", "x\n");
  const Result passed = run();
  EXPECT_EQ(passed.status, 0) << passed.err;
  EXPECT_TRUE(holds(passed.out, "001-a/impl-api: unit tests passed"));
  EXPECT_TRUE(holds(passed.out, "with uncommitted work\nlog: "));
  const json::Value r = result();
  EXPECT_EQ(box.read(*r["log"].as_string()), worktree + "\n");
  EXPECT_EQ(field(r, "type") + field(r, "status") + field(r, "total") +
                field(r, "source") + field(r, "exit_status"),
            R"("unit""passed"null"exit"0)");
  EXPECT_EQ(field(r, "agent") + field(r, "feature") + field(r, "command"),
            R"("001-a/impl-api""001-a""pwd; test -f here.txt")");
  // In its own worktree nobody needs to name the agent.
  EXPECT_EQ(box.type_in(worktree, "git orch run-tests run -q").status, 0);
  EXPECT_EQ(box.sql("SELECT status, count(*) FROM test_results GROUP BY 1"),
            "failed|1\npassed|3\n");
}

TEST_F(RunTests, KeepsTheTreeThatWasTested) {
  role("test: 'true'");
  const auto head = [&](const std::string& what) {
    return "\"" +
           std::string(
               text::trim(box.ok_in(worktree, "git rev-parse " + what))) +
           "\"";
  };
  json::Value r = result();
  EXPECT_EQ(field(r, "commit") + field(r, "tree") + field(r, "dirty"),
            head("HEAD") + head("HEAD^{tree}") + "false");
  // What is not committed is in the tree as if it were.
  box.write(worktree + "/new.txt", "new\n");
  box.write(worktree + "/one.txt", "changed\n");
  r = result();
  EXPECT_EQ(field(r, "dirty"), "true");
  EXPECT_EQ(field(r, "commit"), head("HEAD"));
  box.ok_in(worktree, "git add -A");
  box.ok_in(worktree, "git commit -qm all --no-verify");
  EXPECT_EQ(field(r, "tree"), head("HEAD^{tree}"));
  EXPECT_EQ(box.sql("SELECT tree = '" + *r["tree"].as_string() +
                    "', dirty FROM test_results ORDER BY id"),
            "0|0\n1|1\n");
  EXPECT_EQ(box.ok_in(worktree, "git status --short"), "");
}

TEST_F(RunTests, SaysWhatChangedWhileTheyRan) {
  role("test: echo more >> one.txt; echo left > left-behind.txt");
  const Result r = run();
  EXPECT_TRUE(holds(r.out, "changed while they ran, so of no tree: one.txt\n"));
  EXPECT_EQ(box.sql("SELECT status, tree IS NULL FROM test_results"),
            "passed|1\n");
  // A commit while they run is such a change, too.
  role("test: git add -A; git commit -qm all --no-verify");
  EXPECT_EQ(field(result(), "changed"), R"(["HEAD"])");
  role("test: echo x > another.txt");
  const json::Value left = result();
  EXPECT_EQ(field(left, "changed"), "[]");
  EXPECT_NE(field(left, "tree"), "null");
}

TEST_F(RunTests, TestsACommitInAThrowAwayWorktree) {
  box.write(worktree + "/one.txt", "good\n");
  box.ok_in(worktree, "git commit -qam good --no-verify");
  box.write(worktree + "/one.txt", "bad\n");
  role("test: pwd; grep -q good one.txt");
  EXPECT_EQ(run().status, 1);
  const std::string before = box.fingerprint();
  const json::Value r = result("--commit feature/001-a/impl-api");
  EXPECT_EQ(field(r, "status") + field(r, "dirty"), R"("passed"false)");
  EXPECT_FALSE(holds(box.read(*r["log"].as_string()), worktree));
  EXPECT_EQ(run("--commit main -q").status, 1);
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.ok("git worktree list --porcelain").find("gate-"),
            std::string::npos);
  const Result unknown = run("-c nowhere");
  EXPECT_EQ(unknown.status, 128);
  EXPECT_TRUE(holds(unknown.err, "there is no commit 'nowhere'"));
  // It needs no worktree of the agent's.
  box.ok("git worktree remove --force " + worktree);
  EXPECT_TRUE(holds(run().err, "agent '001-a/impl-api' has no worktree"));
  EXPECT_EQ(run("-c feature/001-a/impl-api").status, 0);
}

TEST_F(RunTests, HasACommandForEachType) {
  role("test:\n  e2e: echo e2e\n  integration: echo it; exit 3");
  EXPECT_EQ(run("--type e2e").status, 0);
  const json::Value r = result();  // the first one
  EXPECT_EQ(field(r, "type") + field(r, "status") + field(r, "reason"),
            R"("integration""failed""it ended with status 3")");
  const Result none = run("--type unit");
  EXPECT_EQ(none.status, 129);
  EXPECT_EQ(none.err,
            "fatal: role 'impl-api' has no command for unit tests: the key "
            "'test' is not in its file\nhint: add 'test: <command>' to " +
                role_file() + "\n");
  role("purpose: none");
  EXPECT_TRUE(holds(run("-t e2e").err, "add 'test: {e2e: <command>}' to "));
  EXPECT_EQ(run("-t smoke").status, 129);
}

TEST_F(RunTests, ReadsTheReportThatTheCommandWrites) {
  const std::string xml =
      "<testsuite name=\"s\"><testcase name=\"a\" time=\"0.5\"/>"
      "<testcase name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
  box.write(box.path("r.xml"), xml);
  role("test: cp " + box.path("r.xml") + " out.xml\ntest_report: out.xml");
  const Result r = run();
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, ": 1 of 2 failed\n"));
  EXPECT_TRUE(holds(r.out, "\n  s: b: no\n"));
  const json::Value again = result();
  EXPECT_EQ(field(again, "total") + field(again, "failed") +
                field(again, "source") + field(again, "exit_status"),
            R"(21"junit"0)");
  EXPECT_EQ(field(again, "failures"),
            R"([{"suite":"s","name":"b","duration_ms":null,"message":"no"}])");
  // It is no part of what was tested.
  EXPECT_EQ(field(again, "dirty"), "false");
  EXPECT_EQ(box.sql("SELECT count(*) FROM test_cases WHERE name = 'a' "
                    "AND duration_ms = 500"),
            "2\n");
}

TEST_F(RunTests, TakesAReportFromOutsideBesideOpenWork) {
  box.write(worktree + "/open.txt", "work\n");
  role("test: cp " + box.path("r.xml") + " " + box.path("out.xml"));
  box.write(box.path("r.xml"), "<testsuite><testcase name='a'/></testsuite>");
  EXPECT_EQ(field(result("--report " + box.path("out.xml")), "status"),
            R"("passed")");
}

TEST_F(RunTests, TakesAnotherReportAndDirectories) {
  box.write(worktree + "/reports/old.xml", "<testsuite><testcase/>");
  role(
      "test: mkdir -p reports; echo '1..1' > reports/a.tap; "
      "echo 'ok 1 - x' >> reports/a.tap; echo '<testsuite tests=\"3\"/>' > "
      "reports/b.xml; echo no > reports/c.txt\ntest_report: nowhere.xml");
  const json::Value r = result("--report reports");
  EXPECT_EQ(field(r, "status") + field(r, "total"), R"("passed"4)");
  // One that was not written anew proves nothing.
  const json::Value stale = result("--report reports/old.xml");
  EXPECT_EQ(field(stale, "status"), R"("failed")");
  EXPECT_TRUE(holds(field(stale, "reason"), "it has not written its report"));
  EXPECT_TRUE(holds(field(result(), "reason"), "nowhere.xml'"));
  role("test: echo '<testsuite>' > cut.xml\ntest_report: cut.xml");
  EXPECT_TRUE(holds(field(result(), "reason"), "cut.xml:2: no element found"));
}

TEST_F(RunTests, ReadsTapThatTheCommandPrints) {
  role(
      "test: |\n  echo 1..3; echo ok 1 - a; echo noise >&2\n"
      "  echo 'not ok 2 - b # skip'; echo ok 3 - c");
  const json::Value r = result();
  EXPECT_EQ(field(r, "status") + field(r, "total") + field(r, "passed") +
                field(r, "skipped") + field(r, "source"),
            R"("passed"321"tap")");
  EXPECT_TRUE(holds(run().out, ": 2 of 3, 1 skipped\n"));
  // Others print "ok", too.
  role("test: echo 'ok  example.org/a 0.01s'");
  EXPECT_EQ(field(result(), "source"), R"("exit")");
}

TEST_F(RunTests, TakesNeitherTheReportNorTheStatusAloneForGreen) {
  role("test: echo 1..1; echo ok 1; exit 4");
  EXPECT_EQ(field(result(), "reason"),
            R"("it ended with status 4, though no test in its report failed")");
  role("test: echo 1..2; echo ok 1");
  EXPECT_EQ(field(result(), "status") + field(result(), "reason"),
            R"("failed""1 of 2 failed")");
  role("test: |\n  echo '1..0 # skip no compiler'");
  EXPECT_EQ(field(result(), "status"), R"("skipped")");
  EXPECT_EQ(run("-q").status, 0);
}

TEST_F(RunTests, IsNoVerdictWhenTheCommandCannotBeRun) {
  role("test: no-such-command --all");
  const Result r = run("--json");
  EXPECT_EQ(r.status, 4);
  EXPECT_EQ(
      field(r.data()["result"], "status") + field(r.data()["result"], "reason"),
      R"("could-not-run""command not found")");
  EXPECT_TRUE(holds(run().out, ": command not found\n"));
  EXPECT_EQ(box.sql("SELECT status, reason FROM test_results LIMIT 1"),
            "skipped|command not found\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events "
                    "WHERE event_type LIKE 'tests_%'"),
            "0\n");
}

TEST_F(RunTests, GivesTheCommandWhatTheRoleGivesTheAgent) {
  role(
      "env: {FLAVOUR: sour}\nports: [PORT]\n"
      "test: test \"$FLAVOUR\" = sour && test \"$PORT\" -gt 0 && "
      "test -z \"$GIT_DIR\" && git rev-parse --show-toplevel");
  EXPECT_EQ(run().status, 0);
  EXPECT_EQ(run("--commit HEAD").status, 0);
}

TEST_F(RunTests, AsksWhoseTestsElsewhere) {
  const Result r = box.type("git orch run-tests");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "whose tests? This is no agent's worktree"));
  EXPECT_TRUE(
      holds(r.err, "--agent with one of: 001-a/overseer, 001-a/impl-api"));
  EXPECT_TRUE(holds(box.type("git orch run-tests -a impl-apy").err,
                    "did you mean 'impl-api'?"));
}

TEST_F(RunTests, RefusesOptionsThatMeanNothing) {
  for (const char* line :
       {"--timeout 0", "--timeout x", "--timeout 99999999999", "--commit ''",
        "--record x --timeout 3", "--record x --report y",
        "history --timeout 3", "slowest --record x", "flaky none", "histroy",
        "run more"})
    EXPECT_EQ(box.type("git orch run-tests " + std::string(line)).status, 129)
        << line;
}

TEST_F(RunTests, TellsOthersInOneLineEach) {
  role("test: echo 1..1; echo not ok 1 - sum");
  EXPECT_EQ(run("-q").status, 1);
  EXPECT_TRUE(holds(box.ok("git orch recent --json"),
                    R"("type":"tests_failed","message":)"
                    R"("unit tests failed: 1 of 1 failed")"));
  const std::string inbox = box.ok("git orch inbox --agent impl-api --all");
  EXPECT_TRUE(holds(inbox, "unit tests failed: 1 of 1 failed (commit "));
  EXPECT_TRUE(holds(inbox, "- sum"));
  // The same again is no news; another tree is.
  EXPECT_EQ(run("-q").status, 1);
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE kind = 'report'"),
            "1\n");
  box.write(worktree + "/one.txt", "other\n");
  EXPECT_EQ(run("-q").status, 1);
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE kind = 'report'"),
            "2\n");
}

TEST_F(RunTests, ShowsItselfInStatusAndExport) {
  role("test: echo 1..2; echo ok 1; echo ok 2");
  EXPECT_EQ(run("-q").status, 0);
  EXPECT_EQ(box.sql("SELECT runs, passed FROM v_test_summary"), "1|1\n");
  EXPECT_TRUE(holds(box.ok("git orch status --json"), R"("tests":1)"));
  EXPECT_TRUE(holds(box.ok("git orch export 001-a"), "unit passed 2/2"));
  EXPECT_TRUE(holds(box.ok("git orch export 001-a --format json"),
                    R"("tests":[{"type":"unit","status":"passed","total":2)"));
  const auto fields = text::split(run("--porcelain").out, '\t');
  ASSERT_EQ(fields.size(), 11U);
  EXPECT_EQ(fields[0] + fields[1] + fields[2] + fields[9] + fields[10],
            "unitpassed2001-a/impl-api2\n");
}

TEST_F(RunTests, AreForTheAgentItselfAndForThoseWhoLead) {
  role("test: 'true'");
  box.write(box.repo() + "/.git/orch/roles/overseer.yaml",
            "name: overseer\nkind: overseer\ntest: 'true'\n");
  ActingAgent api(
      box, "impl-api",
      {"git orch run-tests -q", "git orch run-tests --agent overseer",
       "git orch run-tests --commit main -q",
       "echo '1..1' | git orch run-tests --record - -a overseer"});
  EXPECT_EQ(api.act(), "exit 0\n");
  EXPECT_TRUE(holds(api.act(), "run the tests of '001-a/overseer'"));
  EXPECT_EQ(api.act(), "exit 0\n");
  EXPECT_TRUE(holds(api.act(), "exit 2\n"));
  ActingAgent overseer(box, "overseer",
                       {"git orch run-tests --agent impl-api -q"});
  EXPECT_EQ(overseer.act(), "exit 0\n");
  // Its own failure is no news to itself.
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE kind = 'report'"),
            "0\n");
}

}  // namespace
}  // namespace orch::test
