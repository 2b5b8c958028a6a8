// SPDX-License-Identifier: MIT
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// `git orch hooks verify` lets git itself run every hook.
class HooksVerify : public ::testing::Test {
 protected:
  HooksVerify() { box.make_repository(); }

  std::string row(const Result& r, const std::string& event) const {
    for (const std::string& line : r.lines())
      if (line.starts_with(event + "\t")) return line;
    return "";
  }
  std::string path(const std::string& hook) const {
    return box.repo() + "/.git/hooks/" + hook;
  }
  Sandbox box;
};

TEST_F(HooksVerify, ProvesEveryHookInThisWorktreeAndInANewOne) {
  box.ok("git orch init -q");
  const std::string before = box.ok("git for-each-ref") +
                             box.ok("git worktree list --porcelain") +
                             box.ok("git status --porcelain");
  const Result r = box.type("git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.lines().size(), 8U);
  for (const std::string& line : r.lines())
    EXPECT_TRUE(line.ends_with("\tlink\t1\tran here and in a new worktree"))
        << line;
  EXPECT_EQ(box.ok("git for-each-ref") +
                box.ok("git worktree list --porcelain") +
                box.ok("git status --porcelain"),
            before);
  EXPECT_EQ(box.ok("git orch query 'SELECT count(*) FROM task_events' "
                   "--porcelain"),
            "0\n");
}

TEST_F(HooksVerify, RunsNoHookOfTheUsers) {
  for (const char* name : {"post-commit", "pre-rebase"}) {
    box.write(path(name), "#!/bin/sh\necho ran >>\"$HOME/log\"\n");
    box.ok("chmod 755 " + path(name));
  }
  box.ok("git orch init -q");
  EXPECT_EQ(box.type("git orch hooks verify").status, 0);
  EXPECT_FALSE(file::exists(box.path("home") + "/log"));
}

TEST_F(HooksVerify, TellsWhichDoNotRun) {
  box.ok("git orch init -q");
  box.ok("rm .git/hooks/post-merge");
  const Result r = box.type("git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(row(r, "post-merge"),
            "post-merge\tnone\t" + path("post-merge") + "\tnone\t0\t");
  EXPECT_TRUE(row(r, "post-commit")
                  .ends_with("\tlink\t1\tran here and in a "
                             "new worktree"));
  EXPECT_TRUE(holds(r.err, "git orch hooks install"));
  box.ok("git orch hooks install -q");
  EXPECT_EQ(box.type("git orch hooks verify").status, 0);
}

TEST_F(HooksVerify, IsNotFooledByALinkThatAnotherInstallerDoesNotRun) {
  box.ok("git orch init -q");
  box.ok("mv .git/hooks/post-commit .git/hooks/post-commit.legacy");
  box.write(path("post-commit"), "#!/bin/sh\nexit 0\n");
  box.ok("chmod 755 .git/hooks/post-commit");
  // By its name it would be run; git says that it is not.
  const Result said = box.type("git orch hooks --porcelain");
  EXPECT_TRUE(holds(row(said, "post-commit"), "\tmoved\t1\t"));
  const Result r = box.type("git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(
      row(r, "post-commit")
          .ends_with("\tmoved\t0\tdid not run here and in a new worktree"));
}

TEST_F(HooksVerify, WorksBehindAnotherToolsHooksPath) {
  box.write(box.repo() + "/.githooks/post-commit",
            "#!/bin/sh\necho ran >>\"$HOME/log\"\n");
  box.ok("chmod 755 .githooks/post-commit");
  box.ok("git config core.hooksPath .githooks");
  box.ok("git orch init -q");
  const Result r = box.type("git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(row(r, "post-commit")
                  .ends_with("\tworktree\t1\tran here and in a new worktree"));
  EXPECT_FALSE(file::exists(box.path("home") + "/log"));
}

TEST_F(HooksVerify, OfARepositoryWithoutACommitUsesThisWorktreeOnly) {
  box.ok("git init -q ../empty");
  const std::string empty = box.path("empty");
  box.ok_in(empty, "git orch init -q");
  const Result r = box.type_in(empty, "git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(row(r, "post-commit").ends_with("\tlink\t1\tran here"));
}

TEST_F(HooksVerify, LeavesNothingWhenItWasKilled) {
  box.ok("git orch init -q");
  box.ok("git worktree add -q --detach .git/orch/tmp/orch-probe");
  box.ok("rm -r .git/orch/tmp/orch-probe");
  EXPECT_TRUE(holds(box.ok("git worktree list"), "orch-probe"));
  EXPECT_EQ(box.type("git orch hooks verify").status, 0);
  EXPECT_FALSE(holds(box.ok("git worktree list"), "orch-probe"));
}

TEST_F(HooksVerify, OutsideOfARepositoryIsAnError) {
  const Result r = box.type_in(box.root(), "git orch hooks verify --json");
  EXPECT_NE(r.status, 0);
  EXPECT_EQ(r.json()["ok"], false);
}

}  // namespace
}  // namespace orch::test
