// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// pre-rebase: no to a rebase that would conflict, in an agent's worktree.
class PreRebase : public ::testing::Test {
 protected:
  PreRebase() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    agents = box.worktree("001-a", "impl-api");
    persons = box.path("mine");
    box.ok("git worktree add -q -b mine " + persons);
    for (const std::string& top : {agents, persons, box.repo()}) {
      box.write(top + "/one.txt", "changed in " + top + "\n");
      box.ok_in(top, "git commit -qam work");
    }
    box.ok("git branch clean main~1");
  }
  std::string head(const std::string& top) const {
    return box.ok_in(top, "git rev-parse HEAD");
  }
  bool rebasing(const std::string& top) const {
    return box.type_in(top, "git rev-parse --verify -q REBASE_HEAD").status ==
           0;
  }
  Sandbox box;
  std::string agents, persons;
};

constexpr char kFinding[] =
    "orch: rebasing onto 'main' would conflict in 1 file:\n  one.txt\n";

TEST_F(PreRebase, SaysNoAndNamesTheFilesAndTheWayOut) {
  const std::string before = head(agents);
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, kFinding));
  EXPECT_TRUE(holds(r.err, "git rebase --no-verify main\n"));
  EXPECT_TRUE(holds(r.err, "git config orch.preRebase warn\n"));
  EXPECT_EQ(head(agents), before);
  EXPECT_FALSE(rebasing(agents));
}

TEST_F(PreRebase, SaysNoWhereverTheAgentsBranchIsNamed) {
  const Result r =
      box.type_in(agents, "git rebase main feature/001-a/impl-api");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, kFinding));
  EXPECT_FALSE(rebasing(agents));
}

TEST_F(PreRebase, IsPassedByWithNoVerify) {
  const Result r = box.type_in(agents, "git rebase --no-verify main");
  EXPECT_NE(r.status, 0);
  EXPECT_EQ(r.err.find("orch: "), std::string::npos);
  EXPECT_TRUE(rebasing(agents));
}

TEST_F(PreRebase, OnlyWarnsOrIsSilentWhenConfiguredSo) {
  box.ok("git config orch.preRebase warn");
  Result r = box.type_in(agents, "git rebase main");
  EXPECT_TRUE(holds(r.err, kFinding));
  EXPECT_EQ(r.err.find("--no-verify"), std::string::npos);
  EXPECT_TRUE(rebasing(agents));
  box.ok_in(agents, "git rebase --abort");
  box.ok("git config orch.preRebase off");
  r = box.type_in(agents, "git rebase main");
  EXPECT_EQ(r.err.find("orch: "), std::string::npos);
  EXPECT_TRUE(rebasing(agents));
}

TEST_F(PreRebase, OnlyWarnsAPersonUnlessConfiguredToBlock) {
  Result r = box.type_in(persons, "git rebase main");
  EXPECT_TRUE(holds(r.err, kFinding));
  EXPECT_TRUE(rebasing(persons));
  box.ok_in(persons, "git rebase --abort");
  box.ok("git config orch.preRebase block");
  r = box.type_in(persons, "git rebase main");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "git rebase --no-verify main\n"));
  EXPECT_FALSE(rebasing(persons));
}

TEST_F(PreRebase, LetsAValueThatItDoesNotKnowBlockAnAgent) {
  box.ok("git config orch.preRebase blok");
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_FALSE(rebasing(agents)) << r.err;
  EXPECT_TRUE(holds(r.err, kFinding));
}

TEST_F(PreRebase, SaysNothingToACleanOne) {
  box.ok("git checkout -q clean");
  box.write(box.repo() + "/two.txt", "changed\n");
  box.ok("git commit -qam other");
  const Result r = box.type_in(agents, "git rebase -q clean");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(box.ok_in(agents, "git rev-parse HEAD~1"),
            box.ok("git rev-parse clean"));
}

TEST_F(PreRebase, ShowsHostileNamesHarmlessly) {
  const std::string name = "a\x1b[31m\nb;$(touch canary).txt";
  for (const std::string& top : {agents, box.repo()}) {
    box.write(top + "/" + name, top);
    box.ok_in(top, "git add .");
    box.ok_in(top, "git commit -q --amend -m hostile");
  }
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_TRUE(holds(r.err, "would conflict in 2 files:\n"));
  EXPECT_TRUE(holds(r.err, R"(  a\x1b[31m\nb;$(touch canary).txt)"));
  EXPECT_EQ(r.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(box.run_in(box.root(), {"find", ".", "-name", "canary"}).out, "");
}

TEST_F(PreRebase, GoesCommitByCommitAsTheRebaseDoes) {
  // A merge would be clean: the branch has taken its change back.
  box.ok_in(agents, "git revert --no-edit HEAD");
  EXPECT_EQ(box.type_in(agents, "git orch check-conflicts main HEAD").status,
            0);
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, kFinding));
  EXPECT_TRUE(
      holds(r.err, "orch: at commit " +
                       box.ok_in(agents, "git rev-parse HEAD~1").substr(0, 12) +
                       " work\n"));
}

TEST_F(PreRebase, LeavesOutWhatUpstreamHasInOtherWords) {
  // A merge would conflict: the same change on both sides, then one more.
  box.ok_in(agents, "git reset -q --hard clean");
  box.ok_in(agents, "git cherry-pick main");
  box.ok_in(agents, "git commit -q --amend -m 'the same, cherry-picked'");
  box.write(agents + "/one.txt", "and more\n");
  box.ok_in(agents, "git commit -qam more");
  EXPECT_EQ(box.type_in(agents, "git orch check-conflicts main HEAD").status,
            1);
  const Result r = box.type_in(agents, "git rebase -q main");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.ok_in(agents, "git rev-parse HEAD~1"),
            box.ok("git rev-parse main"));
}

TEST_F(PreRebase, KnowsWhereTheCommitsGo) {
  // Onto the branch without main's change, it is clean.
  box.ok("git checkout -q -b elsewhere clean");
  box.ok("git commit -q --allow-empty -m elsewhere");
  EXPECT_NE(box.type_in(agents, "git rebase --onto main clean").status, 0);
  EXPECT_FALSE(rebasing(agents));
  const Result r = box.type_in(agents, "git rebase -q --onto=elsewhere clean");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.ok_in(agents, "git rev-parse HEAD~1"),
            box.ok("git rev-parse elsewhere"));
  EXPECT_EQ(box.type_in(agents, "git rebase -q --keep-base main").status, 0);
}

TEST_F(PreRebase, SeesWhatOnlyDirectoriesHaveInEachOthersWay) {
  // No path is touched on both sides: main moves a directory, the branch puts a
  // file into it.
  const std::string main = box.repo();
  box.write(main + "/dir/a.txt", "a\nb\nc\nd\n");
  box.ok("git add -A");
  box.ok("git commit -qm directory");
  box.ok_in(agents, "git reset -q --hard main");
  box.ok("git mv dir moved");
  box.ok("git commit -qm moved");
  box.write(agents + "/dir/b.txt", "b\n");
  box.ok_in(agents, "git add -A");
  box.ok_in(agents, "git commit -qm into");
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_TRUE(holds(r.err, "would conflict in 1 file:\n  moved/b.txt\n"))
      << r.err;
  // A file where the other side has a directory.
  box.ok_in(agents, "git reset -q --hard main");
  box.write(main + "/name/below.txt", "x\n");
  box.ok("git add -A");
  box.ok("git commit -qm below");
  box.write(agents + "/name", "x\n");
  box.ok_in(agents, "git add -A");
  box.ok_in(agents, "git commit -qm name");
  EXPECT_NE(box.type_in(agents, "git rebase main").status, 0);
  EXPECT_FALSE(rebasing(agents));
}

TEST_F(PreRebase, SeesWhatAMergeLeavesBehind) {
  // What the merge itself did to the file is not picked, so the commit behind
  // it has nothing to stand on.
  box.ok_in(agents, "git reset -q --hard clean");
  box.ok_in(agents, "git checkout -q -b aside");
  box.ok_in(agents, "git commit -q --allow-empty -m aside");
  box.ok_in(agents, "git checkout -q feature/001-a/impl-api");
  box.ok_in(agents, "git merge -q --no-ff --no-commit aside");
  box.write(agents + "/two.txt", "by the merge\n");
  box.ok_in(agents, "git add -A");
  box.ok_in(agents, "git commit -qm merge");
  box.write(agents + "/two.txt", "by the merge and more\n");
  box.ok_in(agents, "git commit -qam more");
  const Result r = box.type_in(agents, "git rebase main");
  EXPECT_TRUE(holds(r.err, "would conflict in 1 file:\n  two.txt\n")) << r.err;
}

TEST_F(PreRebase, LeavesObjectsAndFilesAlone) {
  const auto state = [&] {
    return box.ok("git count-objects -v") +
           box.ok_in(agents, "git status --porcelain") +
           box.type("ls -A .git/orch/tmp").out;
  };
  box.ok("git orch tick -q");
  const std::string before = state();
  EXPECT_NE(box.type_in(agents, "git rebase main").status, 0);
  EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace orch::test
