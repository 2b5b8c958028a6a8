// SPDX-License-Identifier: MIT
//
// Who lands, in which order, as what.
#include "support/team.h"

namespace orch::test {
namespace {

class Integrate : public TeamTest {
 protected:
  std::string first_parents() const {
    return box.ok("git log --first-parent --format=%s " + target());
  }
};

TEST_F(Integrate, HasNothingToDoAndSaysWhy) {
  Result r = integrate();
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.out, "nothing to do: no branch has commits"));
  box.write(of("impl-api") + "/one.txt", "not committed\n");
  commit("impl-data", "d.txt", "d\n");
  box.ok_in(of("impl-api"), "git commit -qam own");
  box.write(of("impl-api") + "/one.txt", "more\n");
  box.write(of("impl-data") + "/two.txt", "more\n");
  r = integrate("--json");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(*r.data()["nothing"].as_string(),
                    "impl-api, impl-data have commits, and changes that are "
                    "not committed; git orch integrate --all"));
}

TEST_F(Integrate, LandsWhatIsAheadAndCleanWhereNobodyReports) {
  commit("impl-api", "api.txt", "api\n");
  commit("impl-data", "data.txt", "data\n");
  commit("impl-ui", "ui.txt", "ui\n");
  box.write(of("impl-ui") + "/ui.txt", "open work\n");
  const Result r = integrate("--no-gates --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(landed("api.txt") + landed("data.txt") + landed("ui.txt"),
            "api\ndata\n");
  EXPECT_EQ(*r.data()["after"].as_string(), id(target()));
  EXPECT_EQ(
      (*r.data()["landed"].as_array())[1]["commit"].as_string()->substr(0, 40),
      id(target()));
  // The worktree that has it checked out went along.
  EXPECT_EQ(box.read(of("overseer") + "/api.txt"), "api\n");
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
  EXPECT_EQ(agents(integrate("--all --no-gates --json"), "landed"),
            "001-x/impl-ui");
  EXPECT_EQ(box.read(of("impl-ui") + "/ui.txt"), "open work\n");
}

TEST_F(Integrate, LandsWhatWasReportedReadyOrDone) {
  for (const char* role : {"impl-api", "impl-data", "impl-ui"})
    commit(role, std::string(role) + ".txt", "x\n");
  box.ok("git orch report ready --agent impl-ui -m ready -q");
  box.ok("git orch report done --agent impl-data -m done -q");
  box.ok("git orch report progress --agent impl-api -m half -q");
  EXPECT_EQ(agents(integrate("--no-gates --json"), "landed"),
            "001-x/impl-ui 001-x/impl-data");
  EXPECT_TRUE(holds(integrate().out,
                    "impl-api has commits, and not reported ready or done"));
  // By name, whatever it has reported.
  EXPECT_EQ(agents(integrate("impl-api --no-gates --json"), "landed"),
            "001-x/impl-api");
}

TEST_F(Integrate, TakesBackAReadyThatWasFollowedByBlocked) {
  commit("impl-api", "a.txt", "x\n");
  box.ok("git orch report ready --agent impl-api -m ready -q");
  box.ok("git orch report blocked --agent impl-api -m wait -q");
  EXPECT_EQ(agents(integrate("--no-gates --json"), "landed"), "");
}

TEST_F(Integrate, GoesByTheOldestTipThenByTheOrderThatIsAskedFor) {
  commit("impl-ui", "ui.txt", "x\n");
  commit("impl-api", "api.txt", "x\n");
  commit("impl-data", "data.txt", "x\n");
  EXPECT_EQ(agents(integrate("-n --json"), "landed"),
            "001-x/impl-ui 001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(agents(integrate("-n --order impl-data,impl-api --json"), "landed"),
            "001-x/impl-data 001-x/impl-api 001-x/impl-ui");
  EXPECT_EQ(integrate("-n --order nobody").status, 128);
}

TEST_F(Integrate, GoesByPriorityFirst) {
  commit("impl-api", "api.txt", "x\n");
  commit("impl-data", "data.txt", "x\n");
  // It stays in the queue, since its gate cannot run.
  EXPECT_EQ(
      integrate("impl-data --priority 900000 --gate no-such-program").status,
      4);
  EXPECT_TRUE(holds(integrate("--list").out, "impl-data"));
  EXPECT_EQ(agents(integrate("-n --json"), "landed"),
            "001-x/impl-data 001-x/impl-api");
}

TEST_F(Integrate, ProposesTheOrderInWhichTheMostLand) {
  commit("impl-api", "one.txt", "api\n");
  box.write(of("impl-api") + "/two.txt", "api\n");
  box.ok_in(of("impl-api"), "git commit -qam more");
  commit("impl-data", "one.txt", "data\n");
  commit("impl-ui", "two.txt", "ui\n");
  const Result dry = integrate("-n --json");
  EXPECT_EQ(agents(dry, "landed"), "001-x/impl-api");
  EXPECT_EQ(dry.status, 1);
  EXPECT_TRUE(
      holds(dry.out, "it conflicts with 001-x/impl-api, which lands first"));
  EXPECT_EQ(agents(integrate("-n --order conflicts --json"), "landed"),
            "001-x/impl-data 001-x/impl-ui");
}

TEST_F(Integrate, ChangesNothingWhenItIsDry) {
  commit("impl-api", "api.txt", "x\n");
  const std::string before = box.fingerprint();
  const Result r = integrate("--dry-run");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.out, "would land"));
  EXPECT_TRUE(holds(r.out, "no gate is configured: nothing was tested"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.sql("SELECT count(*) FROM landings"), "0\n");
}

TEST_F(Integrate, MergesWithTheTrailersOfAllParts) {
  commit("impl-api", "a.txt", "1\n", "one\n\nReviewed-by: A <a@x>");
  commit("impl-api", "a.txt", "2\n", "two\n\nReviewed-by: B <b@x>");
  box.ok("git orch integrate --no-gates -q");
  const std::string message = box.ok("git log -1 --format=%B " + target());
  EXPECT_TRUE(holds(message,
                    "Merge branch 'feature/001-x/impl-api' into "
                    "feature/001-x/overseer\n\n* one\n* two\n"));
  EXPECT_TRUE(holds(message, "Reviewed-by: A <a@x>"));
  EXPECT_TRUE(holds(message, "Reviewed-by: B <b@x>"));
  EXPECT_TRUE(holds(message, "Orch-Agent: 001-x/impl-api"));
  EXPECT_EQ(box.ok("git log -1 --format=%P " + target()).size(), 82U);
}

TEST_F(Integrate, SquashesAndLandsOnlyWhatIsNewTheNextTime) {
  commit("impl-api", "a.txt", "1\n", "one");
  commit("impl-api", "a.txt", "2\n", "two");
  box.ok("git orch integrate --no-gates --method squash -q");
  EXPECT_EQ(box.ok("git log --format=%s -1 " + target()),
            "Land feature/001-x/impl-api: 2 commits\n");
  EXPECT_EQ(box.ok("git log -1 --format=%P " + target()).size(), 41U);
  EXPECT_TRUE(holds(integrate("--all").out, "nothing to do"));
  // The same lines again, which would conflict with what was squashed.
  commit("impl-api", "a.txt", "3\n", "three");
  const Result r = integrate("--all --no-gates --method squash --json");
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out;
  EXPECT_EQ(box.ok("git log --format=%s -1 " + target()), "three\n");
  EXPECT_EQ(landed("a.txt"), "3\n");
}

TEST_F(Integrate, RebasesAndKeepsTheAuthors) {
  commit("impl-data", "d.txt", "d\n", "data");
  commit("impl-api", "a.txt", "1\n", "one");
  box.run_in(of("impl-api"), {"git", "commit", "-q", "--allow-empty", "--amend",
                              "--author", "Ann <ann@x>", "-m", "one\n\nbody"});
  commit("impl-api", "b.txt", "2\n", "two");
  box.ok("git orch integrate --no-gates --method rebase -q");
  EXPECT_EQ(first_parents(), "two\none\ndata\nfirst\n");
  EXPECT_EQ(box.ok("git log -1 --format=%an/%b " + target() + "^"),
            "Ann/body\n\nOrch-Feature: 001-x\nOrch-Agent: 001-x/impl-api\n\n");
  EXPECT_TRUE(holds(integrate("--all").out, "nothing to do"));
  commit("impl-api", "a.txt", "3\n", "three");
  box.ok("git orch integrate --all --no-gates --method rebase -q");
  EXPECT_EQ(first_parents(), "three\ntwo\none\ndata\nfirst\n");
}

TEST_F(Integrate, TakesTheMethodAndTheGatesOfThePolicy) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  method: squash\n  gates: ['test -f a.txt', "
            "'! test -f bad']\n  jobs: 1\n");
  commit("impl-api", "a.txt", "1\n", "one");
  commit("impl-data", "bad", "1\n", "bad");
  const Result r = integrate("--json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api");
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data");
  EXPECT_EQ(first_parents(), "one\nfirst\n");
}

TEST_F(Integrate, TakesTheTestOfTheOverseersRoleWhenThePolicyHasNoGate) {
  box.write(box.repo() + "/.git/orch/roles/overseer.yaml",
            box.read(box.repo() + "/.git/orch/roles/overseer.yaml") +
                "test: '! test -f bad'\n");
  commit("impl-data", "bad", "1\n", "bad");
  const Result r = integrate("--json");
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data");
  EXPECT_TRUE(holds(r.out, "! test -f bad"));
}

TEST_F(Integrate, TicksTheTaskListInTheCommitThatCompletesTheTask) {
  box.write(box.repo() + "/specs/001-x/tasks.md",
            "# Tasks\n- [ ] T001 data\n- [ ] T002 api\n- [ ] T003 ui\n");
  box.ok("git add .");
  box.ok("git commit -qm tasks");
  for (const char* role : {"overseer", "impl-api", "impl-data", "impl-ui"})
    box.ok_in(of(role), "git merge -q --ff-only main");
  commit("impl-data", "d.txt", "d\n", "done T001");
  commit("impl-api", "a.txt", "a\n", "T002: begun");
  commit("impl-ui", "u.txt", "u\n", "done T003");
  box.ok("git orch sync-status -q");
  box.ok("git orch integrate impl-data impl-api --no-gates -q");
  EXPECT_EQ(landed("specs/001-x/tasks.md"),
            "# Tasks\n- [x] T001 data\n- [ ] T002 api\n- [ ] T003 ui\n");
  EXPECT_TRUE(holds(
      box.ok("git log -1 --format=%s " + target() + " -- specs/001-x/tasks.md"),
      "Merge branch 'feature/001-x/impl-data'"));
  for (const char* method : {"squash", "rebase"}) {
    box.ok("git orch integrate impl-ui --no-gates -q --method " +
           std::string(method));
    EXPECT_TRUE(holds(landed("specs/001-x/tasks.md"), "- [x] T003 ui"));
    // The landed commit says it, too, and is in no branch behind the undo.
    box.ok("git orch sync-status -q");
    box.ok("git orch integrate --undo -q");
    EXPECT_TRUE(holds(landed("specs/001-x/tasks.md"), "- [ ] T003 ui"));
  }
}

// Also those that a tick meets first.
TEST_F(Integrate, GivesCommitsThatItMakesAnewToTheirAgent) {
  commit("impl-data", "d.txt", "d\n", "the data");
  commit("impl-api", "a.txt", "a\n", "first");
  commit("impl-api", "a.txt", "b\n", "second");
  box.ok("git orch integrate --no-gates --method rebase -q");
  box.ok("git orch sync-status -q");
  EXPECT_EQ(box.sql("SELECT DISTINCT role, message FROM task_events WHERE "
                    "message IN ('first', 'second', 'the data') ORDER BY 1, 2"),
            "impl-api|first\nimpl-api|second\nimpl-data|the data\n");
}

TEST_F(Integrate, LandsElsewhereWhenItIsTold) {
  commit("impl-api", "a.txt", "1\n", "one");
  const Result r = integrate("--into main --no-gates --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(*r.data()["into"].as_string(), "main");
  EXPECT_EQ(box.read(box.repo() + "/a.txt"), "1\n");
  EXPECT_EQ(landed("a.txt"), "");
  const Result none = integrate("--into nowhere --json");
  EXPECT_EQ(none.status, 128);
  EXPECT_TRUE(holds(none.out, "unknown_name"));
}

TEST_F(Integrate, IsUndoneAndRedone) {
  const std::string before = id(target());
  commit("impl-api", "a.txt", "1\n", "one");
  commit("impl-data", "d.txt", "1\n", "one");
  box.ok("git orch integrate --no-gates -q");
  const std::string after = id(target());
  box.write(of("overseer") + "/two.txt", "open work\n");
  const Result r = box.type("git orch integrate --undo --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(agents(r, "undone"), "001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(id(target()), before);
  EXPECT_FALSE(holds(box.ok_in(of("overseer"), "ls"), "a.txt"));
  EXPECT_EQ(box.read(of("overseer") + "/two.txt"), "open work\n");
  EXPECT_TRUE(holds(inbox("impl-api"), "taken back out of"));
  EXPECT_TRUE(holds(box.ok("git orch recent 9"), "integration_undone"));
  const Result again = box.type("git orch integrate --undo --json");
  EXPECT_EQ(again.status, 128);
  EXPECT_TRUE(holds(again.out, "nothing has landed"));
  box.ok("git orch integrate --no-gates -q");
  EXPECT_EQ(landed("a.txt") + landed("d.txt"), "1\n1\n");
  EXPECT_NE(after, before);
}

TEST_F(Integrate, UndoesNothingBelowLaterWork) {
  commit("impl-api", "a.txt", "1\n", "one");
  box.ok("git orch integrate --no-gates -q");
  commit("overseer", "o.txt", "1\n", "by hand");
  const std::string before = id(target());
  const Result r = box.type("git orch integrate --undo");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(holds(r.err, "has moved since the last landing"));
  EXPECT_TRUE(holds(r.err, "and git revert for what shall go"));
  EXPECT_EQ(id(target()), before);
}

TEST_F(Integrate, CreatesNothingWhereItOnlyLooks) {
  Sandbox fresh;
  fresh.make_repository();
  for (const char* look : {"--list", "--dry-run"})
    EXPECT_EQ(fresh.type(std::string("git orch integrate ") + look).status, 0);
  EXPECT_NE(fresh.run_in(fresh.repo(), {"test", "-e", ".git/orch"}).status, 0);
}

TEST_F(Integrate, RefusesWhatDoesNotFitTogether) {
  EXPECT_EQ(integrate("impl-api --all").status, 129);
  EXPECT_EQ(integrate("--gate true --no-gates").status, 129);
  EXPECT_EQ(integrate("--method octopus").status, 129);
  EXPECT_EQ(integrate("--jobs 0").status, 129);
  for (const char* more : {"impl-api", "--dry-run", "--gate true", "--list"})
    EXPECT_EQ(integrate(std::string("--undo ") + more).status, 129) << more;
  EXPECT_EQ(integrate("--list --all").status, 129);
  EXPECT_EQ(integrate("nobody").status, 128);
  EXPECT_EQ(integrate("overseer").status, 129);
  box.ok("git orch init-feature 002-y --roles overseer,impl-api -q");
  EXPECT_EQ(integrate("001-x/impl-api 002-y/impl-api").status, 129);
  EXPECT_EQ(integrate("--feature 003").status, 128);
  EXPECT_EQ(integrate("--feature 002-y").status, 0);
}

}  // namespace
}  // namespace orch::test
