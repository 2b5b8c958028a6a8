// SPDX-License-Identifier: MIT
#include "support/first_git.h"

namespace orch::test {
namespace {

// Set-ups that are killed, fail half way, or run beside each other.
class InitFeatureSurvival : public ::testing::Test {
 protected:
  InitFeatureSurvival() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  // One feature of two roles, whole and clean.
  void expect_complete(const std::string& spec_id) const {
    SCOPED_TRACE(spec_id);
    for (const char* role : {"overseer", "impl-ui"}) {
      const std::string tree = box.worktree(spec_id, role);
      EXPECT_EQ(box.type_in(tree, "git symbolic-ref HEAD").out,
                "refs/heads/feature/" + spec_id + "/" + role + "\n");
      EXPECT_EQ(box.type_in(tree, "git status --porcelain").out, "");
    }
    EXPECT_EQ(box.type("test -e .git/orch/journal/" + spec_id).status, 1);
    const Result status = box.type("git orch status " + spec_id + " --json");
    const json::Value data = status.data();
    ASSERT_TRUE(data["features"].as_array()) << status.err;
    EXPECT_EQ((*data["features"].as_array())[0]["agents"].as_array()->size(),
              2U);
    EXPECT_EQ(data["unscheduled"].as_array()->size(), 0U);
    EXPECT_EQ(box.type("git fsck --no-dangling").status, 0);
    const std::string list = box.ok("git worktree list --porcelain");
    EXPECT_EQ(list.find("prunable"), std::string::npos) << list;
    EXPECT_EQ(list.find("locked"), std::string::npos) << list;
  }

  // Kills at each point `<system call>:<nth>` a set-up of its own, then runs
  // it again; returns how many were killed.
  int kill_and_run_again(const std::string& follow,
                         const std::vector<std::string>& points) const {
    int killed = 0;
    for (const std::string& point : points) {
      const std::size_t colon = point.find(':');
      const std::string call = point.substr(0, colon);
      const std::string nth = point.substr(colon + 1);
      const std::string set_up = "git-orch-init-feature " + call + "-" + nth +
                                 " --roles overseer,impl-ui -q";
      const Result r = box.type(
          "strace " + follow + " -qq -o /dev/null -e trace=" + call +
          " -e inject=" + call + ":signal=KILL:when=" + nth + " " + set_up);
      if (r.status != 0) ++killed;
      const Result again = box.type(set_up);
      EXPECT_EQ(again.status, 0) << point << "\n" << again.err;
      expect_complete(call + "-" + nth);
      if (::testing::Test::HasFailure()) break;
    }
    return killed;
  }

  Sandbox box;
};

TEST_F(InitFeatureSurvival, AKilledSetUpIsCompletedByTheNextRun) {
  if (box.type("strace -V").status != 0) GTEST_SKIP() << "no strace";
  EXPECT_GE(
      kill_and_run_again("", {"rename:1", "fsync:1", "clone:14", "clone:17",
                              "rename:2", "fsync:3", "unlink:1", "clone:19",
                              "fdatasync:4", "fdatasync:5", "unlink:3"}),
      9);
}

TEST_F(InitFeatureSurvival, ASetUpWhoseGitIsKilledIsCompletedByTheNextRun) {
  if (box.type("strace -V").status != 0) GTEST_SKIP() << "no strace";
  // git update-ref, git worktree add and git reset die, one each.
  EXPECT_GE(kill_and_run_again("-f", {"rename:2", "unlink:1", "unlink:2"}), 3);
}

TEST_F(InitFeatureSurvival, WorkThatBeganAfterTheRowsIsNotResetByTheNextRun) {
  if (box.type("strace -V").status != 0) GTEST_SKIP() << "no strace";
  const std::string set_up =
      "git-orch-init-feature 001-a --roles overseer,impl-ui -q";
  const std::string journal = box.repo() + "/.git/orch/journal/001-a";
  const Result r = box.type("strace -f -qq -o /dev/null -P " + journal +
                            " -e inject=unlink:signal=KILL:when=1 " + set_up);
  ASSERT_NE(r.status, 0);
  ASSERT_TRUE(holds(box.ok("git orch status"), "001-a/impl-ui"));
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.write(tree + "/one.txt", "hours of work\n");
  EXPECT_EQ(box.type(set_up).status, 0);
  EXPECT_EQ(box.read(tree + "/one.txt"), "hours of work\n");
  EXPECT_EQ(box.type("test -e " + journal).status, 1);
}

TEST_F(InitFeatureSurvival, AFullDiskUndoesWhatWasDone) {
  box.ok("mkdir ../trees");
  box.ok("git config orch.worktreeRoot " + box.path("trees"));
  const std::string mount = "mount -t tmpfs -o size=24k none ../trees";
  if (box.run_in(box.repo(), {"unshare", "-m", "sh", "-c", mount}).status != 0)
    GTEST_SKIP() << "cannot mount here";
  const std::string set_up =
      "git orch init-feature 001-a --roles overseer,impl-ui -q";
  const Result r = box.run_in(
      box.repo(),
      {"unshare", "-m", "sh", "-c",
       mount + "; " + set_up +
           "; echo $?; git for-each-ref --format='%(refname)'; "
           "git worktree list | wc -l; ls ../trees .git/orch/journal; "
           "git orch status --porcelain; "
           "mount -o remount,size=10m ../trees; " +
           set_up +
           "; echo $?; git -C ../trees/001-a/impl-ui status --porcelain"});
  EXPECT_EQ(r.out,
            "128\nrefs/heads/main\n1\n../trees:\n\n"
            ".git/orch/journal:\n0\n");
  EXPECT_TRUE(holds(r.err, "fatal: cannot check out a worktree: "));
}

// With its rows it is there; what fails behind them, a second run does.
TEST_F(InitFeatureSurvival, WhatFailsBehindTheRowsIsDoneByTheNextRun) {
  box.ok("rm -rf .git/orch/guard");
  box.write(box.repo() + "/.git/orch/guard", "in the way\n");
  const std::string set_up =
      "git orch init-feature 001-a --roles overseer,impl-ui -q";
  const Result r = box.type(set_up);
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "/orch/guard"));
  expect_complete("001-a");
  box.ok("rm .git/orch/guard");
  box.ok(set_up);
  expect_complete("001-a");
  EXPECT_EQ(box.type("test -x .git/orch/guard/pre-push").status, 0);
  EXPECT_EQ(box.type("test -s .git/orch-guard.config").status, 0);
}

// It has not said that there is no commit, or that HEAD is detached.
TEST_F(InitFeatureSurvival, AGitThatIsKilledWhileItIsAskedIsAnErrorOfItsOwn) {
  for (const char* verb : {"rev-parse", "symbolic-ref"}) {
    put_before_git(box, std::string("case \" $* \" in *' ") + verb +
                            " '*) kill -9 $$ ;; esac");
    const Result r = box.type("git-orch-init-feature 001-a -q");
    EXPECT_EQ(r.status, 4);
    EXPECT_TRUE(holds(
        r.err, std::string("fatal: git ") + verb + " failed: exit status 137"));
  }
  put_before_git(box, "");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  expect_complete("001-a");
}

// Its checkouts fail, and a git that was killed before has left a lock.
TEST_F(InitFeatureSurvival, ASetUpThatIsTakenBackLeavesNothing) {
  put_before_git(box, "case \" $* \" in *' reset --hard '*)\n: >" + box.repo() +
                          "/.git/refs/heads/feature/001-a/impl-ui.lock\n"
                          "exit 128;; esac");
  const std::string set_up =
      "git-orch-init-feature 001-a --roles overseer,impl-ui -q";
  EXPECT_EQ(box.type(set_up).status, 128);
  EXPECT_EQ(box.ok("git for-each-ref refs/heads/feature"), "");
  EXPECT_EQ(box.ok("find .git -name '*.lock' -not -path '*/orch/*'"), "");
  EXPECT_EQ(box.ok("find .git/orch/journal -type f"), "");
  put_before_git(box, "");
  box.ok(set_up);
  expect_complete("001-a");
}

// What cannot be taken back is known to be ours, and taken over.
TEST_F(InitFeatureSurvival, ASetUpThatCannotBeTakenBackIsCompleted) {
  put_before_git(box,
                 "case \" $* \" in *' reset --hard '*|*' update-ref -d '*) "
                 "exit 128;; esac");
  const std::string set_up =
      "git-orch-init-feature 001-a --roles overseer,impl-ui -q";
  EXPECT_EQ(box.type(set_up).status, 128);
  EXPECT_NE(box.ok("git for-each-ref refs/heads/feature"), "");
  EXPECT_EQ(box.ok("ls .git/orch/journal"), "001-a\n");
  put_before_git(box, "");
  box.ok(set_up);
  expect_complete("001-a");
}

TEST_F(InitFeatureSurvival, SixteenInParallelAllSucceed) {
  const Result r = box.run_in(
      box.repo(),
      {"sh", "-c",
       "for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16; do "
       "{ git orch init-feature p-$i --roles overseer,impl-ui -q || "
       "echo failed $i; } & done; wait"});
  EXPECT_EQ(r.out + r.err, "");
  const json::Value data = box.type("git orch status --json").data();
  EXPECT_EQ(data["features"].as_array()->size(), 16U);
  EXPECT_EQ(box.type("git worktree list").lines().size(), 33U);
  EXPECT_EQ(box.type("git for-each-ref refs/heads/feature").lines().size(),
            32U);
  expect_complete("p-01");
  expect_complete("p-16");
  EXPECT_EQ(box.type("git config --list").status, 0);
}

TEST_F(InitFeatureSurvival, FourOfTheSameFeatureMakeOne) {
  const Result r = box.run_in(
      box.repo(), {"sh", "-c",
                   "for i in 1 2 3 4; do { git orch init-feature 001-a --roles "
                   "overseer,impl-ui -q || echo failed $i; } & done; wait"});
  EXPECT_EQ(r.out + r.err, "");
  EXPECT_EQ(box.type("git worktree list").lines().size(), 3U);
  expect_complete("001-a");
}

// One that has done its job while the others come up was ready.
TEST_F(InitFeatureSurvival, StandsWhenAnAgentEndsBeforeTheTeamIsUp) {
  box.ok("mkfifo " + box.path("go"));
  box.write(
      box.repo() + "/.git/orch/runtimes/late.yaml",
      "version: 1\nname: late\nabout: comes up when it is told\n"
      "start: [sh, -c, 'read x <" +
          box.path("go") +
          "; exec \"$@\"', sh, '{libexec}/git-orch--script-agent', "
          "'{script}']\nsubmit: [Enter]\n"
          "signs:\n  - {state: idle, source: hook, event: session-start}\n"
          "  - {state: exited, source: process}\n");
  box.write(box.repo() + "/.git/orch/roles/overseer.yaml",
            box.read(box.repo() + "/.git/orch/roles/overseer.yaml") +
                "runtime: late\n");
  box.ok("git config orch.runtime script");
  box.script("impl-ui", "await-message\nexit 3\n");
  const Result r = box.run_in(
      box.repo(),
      {"sh", "-ec",
       "git orch init-feature 001-a --roles overseer,impl-ui --start -q & "
       "until git orch status --json | grep -q '\"exit_status\":3'; do "
       "git orch tick -q; done; echo >" +
           box.path("go") + "; wait $! || echo \"exit $?\""});
  EXPECT_EQ(r.out + r.err, "");
  EXPECT_TRUE(holds(box.ok("git orch agent list"), "exited 3"));
  expect_complete("001-a");
}

}  // namespace
}  // namespace orch::test
