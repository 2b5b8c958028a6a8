// SPDX-License-Identifier: MIT
//
// Where refs and reflogs are in a reftable, git is asked for what is read from
// files elsewhere: the same is found.
#include "support/newer_git.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Reftable : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!use_newer_git(box))
      GTEST_SKIP() << "tests/tools/newer-git build/tools/newer-git makes it";
    box.set("GIT_DEFAULT_REF_FORMAT", "reftable");
    box.make_repository();
    ASSERT_EQ(box.ok("git rev-parse --show-ref-format"), "reftable\n");
    box.ok("git orch init -q");
  }
  void make_feature() const {
    box.ok("git orch init-feature -q 001 --base main");
  }
  void start() const {
    make_feature();
    for (const char* role : {"overseer", "impl-api"})
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             role);
    sh("echo x > x; git add x; git commit -q -m x");
    box.ok("git orch tick -q");
  }
  void sh(const std::string& script,
          const std::string& role = "impl-api") const {
    const Result r =
        box.run_in(box.worktree("001", role), {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << r.err;
  }
  std::string events(const std::string& type) const {
    box.ok("git orch tick -q");
    return box.sql("SELECT message FROM task_events WHERE event_type = '" +
                   type + "' ORDER BY id");
  }
  Sandbox box;
};

TEST_F(Reftable, OrdinaryWorkIsNoAlarm) {
  start();
  sh("git commit -q --allow-empty -m y; git commit -q --amend --allow-empty -m "
     "z; git reset -q --hard HEAD~1; git branch idea; git tag t; git rebase -q "
     "--force-rebase main");
  EXPECT_EQ(events("ref_unexplained"), "");
  box.ok("git commit -q --allow-empty -m mine");
  EXPECT_EQ(events("ref_unexplained"), "");
  EXPECT_EQ(events("ref_moved_by_person"), "");
}

TEST_F(Reftable, WhatAPersonMovedIsSaid) {
  start();
  box.ok("git commit -q --allow-empty -m mine");
  box.ok("git orch tick -q");
  box.ok("git reset -q --hard HEAD~1");
  EXPECT_TRUE(holds(events("ref_moved_by_person"), "(not a fast-forward)"));
  EXPECT_EQ(events("ref_unexplained"), "");
}

TEST_F(Reftable, AMoveOfTheBaseIsToldWithItsEvidence) {
  start();
  sh("git -c core.hooksPath=/dev/null update-ref refs/heads/main HEAD");
  EXPECT_TRUE(
      holds(events("ref_unexplained"), "seen in the worktree of 001/impl-api"));
}

TEST_F(Reftable, BranchesAreBroughtUpToDate) {
  make_feature();
  sh("echo a > a; git add a; git commit -q -m a");
  sh("echo b > b; git add b; git commit -q -m b", "overseer");
  const Result r = box.type("git orch sync run 001/impl-api");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  sh("test -e b");
  sh("git merge-base --is-ancestor feature/001/overseer HEAD || "
     "git log -1 --format=%s HEAD~1 | grep -x b");
}

TEST_F(Reftable, TheBranchThatIsCheckedOutIsKnown) {
  const std::string porcelain = "git orch doctor --for start --porcelain";
  EXPECT_TRUE(holds(box.type(porcelain).out, "base\tok\tmain\t"));
  box.ok("git switch -q --detach");
  EXPECT_TRUE(holds(box.type(porcelain).out, "base\twarn\tHEAD is detached"));
}

}  // namespace
}  // namespace orch::test
