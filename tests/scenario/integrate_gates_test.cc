// SPDX-License-Identifier: MIT
//
// What is tested, how often, and what a result does.
#include <algorithm>

#include "support/team.h"

namespace orch::test {
namespace {

class IntegrateGates : public TeamTest {
 protected:
  std::string log() const { return box.root() + "/gate.log"; }
  // A gate that writes down each of its runs and then does `rest`.
  std::string gate(const std::string& rest) const {
    return "--gate \"echo run >> " + log() + "; " + rest + "\"";
  }
  std::size_t runs() const {
    const std::string lines = box.run_in("/", {"cat", log()}).out;
    return static_cast<std::size_t>(
        std::count(lines.begin(), lines.end(), '\n'));
  }
  void commit_three() {
    commit("impl-api", "a.txt", "a\n");
    commit("impl-data", "d.txt", "d\n");
    commit("impl-ui", "u.txt", "u\n");
  }
};

TEST_F(IntegrateGates, TestEveryTreeOnceInAWorktreeOfItsOwn) {
  commit_three();
  const Result r =
      integrate(gate("test -f one.txt && test ! -e .git/HEAD") + " --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(runs(), 3U);
  EXPECT_EQ(r.data()["runs"], json::Value(std::int64_t{3}));
  EXPECT_EQ(box.sql("SELECT count(DISTINCT tree) FROM gates"), "3\n");
  // Every commit that the branch has been at has passed.
  for (const char* back : {"", "^", "^^"})
    EXPECT_EQ(box.sql("SELECT result FROM gates WHERE tree = '" +
                      id(target() + back + "^{tree}") + "'"),
              "passed\n");
  EXPECT_EQ(box.ok("git worktree list --porcelain").find("gate-"),
            std::string::npos);
  // Back, and again: all known.
  box.ok("git orch integrate --undo -q");
  EXPECT_EQ(integrate(gate("test -f one.txt && test ! -e .git/HEAD")).status,
            0);
  EXPECT_EQ(runs(), 3U);
}

TEST_F(IntegrateGates, TestTheLastTreeAloneWhereThePolicySaysSo) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  test: batch\n  jobs: 1\n");
  commit_three();
  EXPECT_EQ(integrate(gate("true")).status, 0);
  EXPECT_EQ(runs(), 1U);
}

TEST_F(IntegrateGates, RejectTheCulpritAndLandTheOthers) {
  commit("impl-api", "a.txt", "a\n");
  commit("impl-data", "bad", "the\nreason\n");
  commit("impl-ui", "u.txt", "u\n");
  const std::string bad = gate("! cat bad 2>/dev/null");
  const Result r = integrate(bad + " --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api 001-x/impl-ui");
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data");
  const json::Value data = r.data();
  const json::Value& row = (*data["rejected"].as_array())[0];
  EXPECT_EQ(row["reason"], json::Value("gate"));
  EXPECT_TRUE(holds(*row["log"].as_string(), "reason"));
  EXPECT_EQ(landed("bad"), "");
  const std::string told = inbox("impl-data");
  EXPECT_TRUE(holds(told, "your branch did not land"));
  EXPECT_TRUE(holds(told, "the end of what it printed"));
  EXPECT_TRUE(holds(told, "reason"));
  // Again: nothing is run, and nobody is told twice.
  const std::size_t before = runs();
  EXPECT_EQ(integrate(bad).status, 1);
  EXPECT_EQ(runs(), before);
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE text LIKE 'your "
                    "branch did not land%'"),
            "1\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events "
                    "WHERE event_type = 'branch_rejected'"),
            "1\n");
}

TEST_F(IntegrateGates, RecordAFlakyOneAndLand) {
  commit("impl-api", "a.txt", "a\n");
  const Result r = integrate(gate("test $(wc -l < " + log() + ") -gt 1") +
                             " --jobs 1 --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(r.data()["flaky"].as_array()->size(), 1U);
  EXPECT_EQ(box.sql("SELECT result, flaky FROM gates ORDER BY id"),
            "failed|0\npassed|1\n");
}

TEST_F(IntegrateGates, LeaveWhatWaitsOnTheListOfAllFeatures) {
  commit("impl-api", "a.txt", "a\n");
  EXPECT_EQ(integrate("--gate no-such-program").status, 4);
  box.ok("git orch init-feature 002-y --roles overseer -q");
  EXPECT_TRUE(holds(box.type("git orch integrate --list").err,
                    "several features are in progress"));
  EXPECT_TRUE(holds(box.ok("git orch integrate --list --all-features"),
                    "001-x/impl-api  queued "));
  EXPECT_TRUE(
      box.type("git orch integrate --list --all-features --feature 001-x")
          .err.starts_with("error: either '--feature' or '--all-features'\n"));
  EXPECT_TRUE(
      box.type("git orch integrate --all-features")
          .err.starts_with("error: '--all-features' goes with '--list'\n"));
}

TEST_F(IntegrateGates, AreRunAgainWhenAPersonSaysSo) {
  commit("impl-api", "a.txt", "a\n");
  const std::string needs = gate("test -f " + box.root() + "/service");
  EXPECT_EQ(integrate(needs).status, 1);
  box.write(box.root() + "/service", "");
  EXPECT_EQ(integrate(needs).status, 1);
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(integrate(needs + " --retest").status, 0);
  EXPECT_EQ(runs(), 3U);
  EXPECT_EQ(landed("a.txt"), "a\n");
}

TEST_F(IntegrateGates, ThatCannotRunDecideNothing) {
  commit("impl-api", "a.txt", "a\n");
  const std::string before = id(target());
  const Result r = integrate("--gate no-such-program --json");
  EXPECT_EQ(r.status, 4);
  EXPECT_EQ(agents(r, "waiting"), "001-x/impl-api");
  EXPECT_TRUE(holds(r.out, "command not found"));
  EXPECT_EQ(id(target()), before);
  EXPECT_TRUE(holds(integrate("--list").out, "could not run"));
  // It is asked again, since that was no verdict.
  EXPECT_EQ(integrate("--gate true").status, 0);
  EXPECT_EQ(integrate("--list").out, "nothing waits to land\n");
}

TEST_F(IntegrateGates, ThatCannotRunNeedAPersonUntilTheBranchHasLanded) {
  commit("impl-api", "a.txt", "a\n");
  EXPECT_EQ(integrate("--gate no-such-program").status, 4);
  EXPECT_TRUE(holds(box.ok("git orch notify"), "a gate could not run"));
  EXPECT_EQ(integrate("--gate true").status, 0);
  EXPECT_FALSE(holds(box.ok("git orch notify"), "a gate could not run"));
}

TEST_F(IntegrateGates, AreEndedWithAllThatTheyStarted) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  gate_timeout: 1s\n");
  commit("impl-api", "a.txt", "a\n");
  const Result r =
      integrate("--gate \"setsid sleep 600 & sleep 600\" --jobs 1 --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "it did not end in 1s"));
  EXPECT_EQ(box.run_in("/", {"sh", "-c",
                             "for p in /proc/[0-9]*; do readlink $p/cwd; done "
                             "2>/dev/null | grep -c '" +
                                 box.root() + ".*gate-' || true"})
                .out,
            "0\n");
}

TEST_F(IntegrateGates, MayPrintAGigabyteAndAskForATerminal) {
  commit("impl-api", "a.txt", "a\n");
  const Result r = integrate(
      "--gate \"head -c 1000000000 /dev/zero | tr '\\\\0' x; echo; "
      "echo the end; read answer < /dev/tty\" --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "the end"));
  EXPECT_LT(r.out.size(), 100000U);
  EXPECT_LT(std::stoll(box.sql("SELECT max(length(log)) FROM gates")), 20000);
}

TEST_F(IntegrateGates, AreAllToPass) {
  commit("impl-api", "a.txt", "a\n");
  EXPECT_EQ(integrate("--gate true --gate false --gate true --jobs 1").status,
            1);
  EXPECT_EQ(box.sql("SELECT command, result FROM gates ORDER BY id"),
            "true|passed\nfalse|failed\nfalse|failed\n");
}

}  // namespace
}  // namespace orch::test
