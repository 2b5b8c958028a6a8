// SPDX-License-Identifier: MIT
#include <fstream>

#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// Commands that hang, flood, leave things running, or want a person.
class RunTestsOdd : public ::testing::Test {
 protected:
  RunTestsOdd() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    worktree = box.worktree("001-a", "impl-api");
  }
  json::Value run(const std::string& command,
                  const std::string& more = "") const {
    box.write(box.path("command"), command + "\n");
    box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
              "name: impl-api\ntest: sh " + box.path("command") + "\n");
    return box.type("git orch run-tests --agent impl-api --json " + more)
        .data()["result"];
  }
  std::string field(const json::Value& r, const std::string& key) const {
    return json::to_text(r[key]);
  }
  bool is_gone(const std::string& file) const {
    const std::string pid(text::trim(box.read(file)));
    // One that nobody has waited for is gone, too.
    return eventually([&] {
      std::ifstream in("/proc/" + pid + "/stat");
      std::string id, name, state;
      in >> id >> name >> state;
      return state.empty() || state == "Z" || state == "X";
    });
  }

  Sandbox box;
  std::string worktree;
};

TEST_F(RunTestsOdd, EndsACommandThatHangs) {
  const std::string pid = box.path("pid");
  const json::Value r =
      run("trap '' TERM; sleep 1000 & echo $! > " + pid + "; wait; wait",
          "--timeout 1");
  EXPECT_EQ(field(r, "status") + field(r, "reason"),
            R"("failed""it did not end in 1s")");
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(RunTestsOdd, WaitsForNothingThatStaysBehind) {
  const std::string pid = box.path("pid");
  const json::Value r = run("sleep 1000 & echo $! > " + pid);
  EXPECT_EQ(field(r, "status"), R"("passed")");
  EXPECT_TRUE(is_gone(pid));
  // Not even for one that has gone out of its way.
  box.ok("rm " + pid);
  const json::Value far = run(
      "setsid sh -c 'echo $$ > " + pid + ".part; mv " + pid + ".part " + pid +
      "; sleep 1000' & while ! test -s " + pid + "; do sleep 0.05; done");
  EXPECT_EQ(field(far, "status"), R"("passed")");
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(RunTestsOdd, KeepsLittleOfMuchOutput) {
  const json::Value r = run(
      "echo first; head -c 40000000 /dev/zero | tr '\\0' x; echo; echo last; "
      "exit 1");
  EXPECT_EQ(field(r, "status"), R"("failed")");
  const std::string log = box.read(*r["log"].as_string());
  EXPECT_LT(log.size(), std::size_t{2 << 20} + 100);
  EXPECT_TRUE(log.starts_with("first\n"));
  EXPECT_TRUE(log.ends_with("\nlast\n"));
  EXPECT_NE(log.find(" bytes are left out)\n"), std::string::npos);
}

TEST_F(RunTestsOdd, HasNoTerminal) {
  const json::Value r =
      run("read -r line; echo \"got '$line'\"; (: < /dev/tty) || exit 5");
  EXPECT_EQ(field(r, "reason"), R"("it ended with status 5")");
  EXPECT_TRUE(holds(box.read(*r["log"].as_string()), "got ''\n"));
}

TEST_F(RunTestsOdd, TellsASignalFromAFailure) {
  EXPECT_EQ(field(run("kill -SEGV $$"), "reason"),
            R"("it ended by signal 11")");
  EXPECT_EQ(field(run("kill -KILL $PPID $$"), "status"), R"("could-not-run")");
}

TEST_F(RunTestsOdd, EndsByTheSignalThatEndsItAndKeepsNothing) {
  const std::string ready = box.path("ready");
  box.write(box.path("command"), "echo $$ > " + ready + ".part; mv " + ready +
                                     ".part " + ready + "; sleep 1000\n");
  box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
            "name: impl-api\ntest: sh " + box.path("command") + "\n");
  const Result r = box.run_in(
      box.repo(),
      {"sh", "-c",
       "git-orch-run-tests --agent impl-api --commit HEAD & pid=$!\n"
       "while ! test -s " +
           ready + "; do sleep 0.05; done\nkill -TERM $pid\nwait $pid"});
  EXPECT_EQ(r.status, 128 + 15) << r.err;
  EXPECT_TRUE(is_gone(ready));
  EXPECT_EQ(box.sql("SELECT count(*) FROM test_results"), "0\n");
  EXPECT_EQ(box.type("ls .git/orch/log/tests").out, "");
  EXPECT_EQ(box.ok("git worktree list").find("gate-"), std::string::npos);
}

TEST_F(RunTestsOdd, SurvivesAWorktreeThatTheTestsDestroy) {
  const json::Value r = run("rm -rf " + worktree);
  EXPECT_EQ(field(r, "tree"), "null");
  EXPECT_NE(field(r, "changed"), "[]");
}

TEST_F(RunTestsOdd, ReadsNoDeviceAndNoPipeAsItsReport) {
  const json::Value r = run("rm -f r.xml; mkfifo r.xml", "--report r.xml");
  EXPECT_EQ(field(r, "status"), R"("failed")");
  EXPECT_TRUE(holds(field(r, "reason"), "it has not written its report"));
  const json::Value link =
      run("rm -f r.xml; ln -s /dev/zero r.xml", "--report r.xml");
  EXPECT_TRUE(holds(field(link, "reason"), "it has not written its report"));
}

TEST_F(RunTestsOdd, SaysWhyATreeCannotBeTold) {
  box.ok("truncate -s 17M " + worktree + "/big");
  box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
            "name: impl-api\ntest: 'true'\n");
  const Result r = box.type("git orch run-tests --agent impl-api --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(
      field(r.data()["result"], "tree") + field(r.data()["result"], "dirty"),
      "nulltrue");
  EXPECT_TRUE(holds(r.err, "'big' is too large to be looked at"));
}

TEST_F(RunTestsOdd, RunOnceAtATimeInAWorktree) {
  const json::Value r =
      run("git-orch-run-tests --agent impl-api; test $? = 4 || exit 9");
  EXPECT_EQ(field(r, "status"), R"("passed")");
  EXPECT_TRUE(holds(box.read(*r["log"].as_string()),
                    "fatal: the tests of '001-a/impl-api' are running in its "
                    "worktree already"));
}

TEST_F(RunTestsOdd, KnowsNoTreeOutsideOfTheRepository) {
  const std::string outside = box.path("outside");
  box.ok("mkdir " + outside);
  box.ok("git orch agent start --dir " + outside +
         " --role impl-api --runtime script -q");
  box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
            "name: impl-api\ntest: pwd\n");
  const json::Value r =
      box.type("git orch run-tests --agent dir/outside --json")
          .data()["result"];
  EXPECT_EQ(field(r, "status") + field(r, "commit") + field(r, "tree") +
                field(r, "feature"),
            R"("passed"nullnullnull)");
  EXPECT_EQ(box.read(*r["log"].as_string()), outside + "\n");
}

TEST_F(RunTestsOdd, KeepsTheNewestOnly) {
  run("echo 1..1; echo ok 1");
  box.sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 60) INSERT INTO test_results(feature_id, role, "
      "test_type, status, source, logs_url, created_at) SELECT "
      "feature_id, role, 'unit', 'passed', 'exit', logs_url, 1 "
      "FROM test_results, n; UPDATE test_results SET logs_url = NULL "
      "WHERE id > 1");
  run("echo 1..1; echo ok 1");
  EXPECT_EQ(box.sql("SELECT count(*), count(logs_url) FROM test_results"),
            "62|1\n");
  EXPECT_EQ(box.sql("SELECT group_concat(result_id) FROM test_cases"), "62\n");
  EXPECT_EQ(text::split(box.ok("ls .git/orch/log/tests"), '\n').size(), 2U);
}

}  // namespace
}  // namespace orch::test
