// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// core.hooksPath of another tool: both tools' hooks run, and nothing of the
// other one is touched.
class HooksPath : public ::testing::Test {
 protected:
  HooksPath() { box.make_repository(); }

  // A hook of the other tool, which logs its name, arguments and input.
  void hook(const std::string& directory, const std::string& name,
            const std::string& more = "") const {
    const std::string path = directory + "/" + name;
    box.write(path, "#!/bin/sh\n{ echo " + name + " $#; [ " + name +
                        " = pre-push ] && cat; :; } "
                        ">>\"$HOME/log\"\n" +
                        more);
    box.ok("chmod 755 " + path);
  }
  void track_hooks() const {
    hook(box.repo() + "/.githooks", "pre-commit");
    hook(box.repo() + "/.githooks", "post-commit");
    box.ok("git add -A");
    box.ok("git commit -qm hooks");
  }
  void use_tracked() const {
    track_hooks();
    box.ok("git config core.hooksPath .githooks");
  }
  std::string log() const {
    const Result r =
        box.run_in(box.root(), {"sh", "-c", "cat home/log; rm -f home/log"});
    return r.out;
  }
  int commits_seen() const {
    return static_cast<int>(*box.type("git orch query \"SELECT count(*) FROM "
                                      "task_events WHERE commit_hash IS NOT "
                                      "NULL\" --json")
                                 .data()["rows"]
                                 .as_array()
                                 ->at(0)
                                 .as_array()
                                 ->at(0)
                                 .as_integer());
  }
  std::string methods() const {
    std::string out;
    for (const std::string& line :
         box.type("git orch hooks --porcelain").lines())
      if (line.starts_with("post-commit\t")) out = line;
    return out;
  }
  Sandbox box;
};

TEST_F(HooksPath, OfTheRepositoryIsPassedOnInEveryWorktree) {
  use_tracked();
  box.ok("git orch init -q");
  EXPECT_EQ(methods(), "post-commit\torch\t" + box.repo() +
                           "/.git/orch/hooks/post-commit\tworktree\t1\t"
                           "then runs " +
                           box.repo() + "/.githooks/post-commit");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  log();
  const std::string api = box.worktree("001-a", "impl-api");
  box.ok_in(api, "git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  box.ok("git commit -q --allow-empty -m two");
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  EXPECT_EQ(commits_seen(), 2);
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  EXPECT_EQ(box.ok("git config --local core.hooksPath"), ".githooks\n");
  EXPECT_EQ(box.ok("git config core.repositoryFormatVersion"), "0\n");
}

// With .git/hooks as a link into the tree, what git orch writes there would be
// in everybody's next commit.
TEST_F(HooksPath, IsUsedWhereGitsOwnPlaceIsALinkIntoTheTree) {
  track_hooks();
  box.ok("rm -r .git/hooks");
  box.ok("ln -s ../.githooks .git/hooks");
  const auto git_directory = [&] {
    return box
        .run_in(box.repo(),
                {"sh", "-c",
                 "cd .git; ls -A | grep -v orch-backup; ls -l hooks; "
                 "cat config; ls -A ../.githooks; cat ../.githooks/*"})
        .out;
  };
  const std::string before = git_directory();
  box.ok("git orch init -q");
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  EXPECT_EQ(methods(), "post-commit\torch\t" + box.repo() +
                           "/.git/orch/hooks/post-commit\tworktree\t1\t"
                           "then runs " +
                           box.repo() + "/.git/hooks/post-commit");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  log();
  box.ok_in(box.worktree("001-a", "impl-api"),
            "git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  box.ok("git commit -q --allow-empty -m two");
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  EXPECT_EQ(commits_seen(), 2);
  box.ok("git orch tick");
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  box.ok("git worktree remove " + box.worktree("001-a", "overseer"));
  box.ok("git worktree remove " + box.worktree("001-a", "impl-api"));
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
  EXPECT_EQ(box.ok("git status --porcelain"), "");
}

TEST_F(HooksPath, PassesExitCodesAndInputThrough) {
  use_tracked();
  hook(box.repo() + "/.githooks", "pre-push");
  hook(box.repo() + "/.githooks", "commit-msg", "exit 3\n");
  box.ok("git orch init -q");
  const Result no = box.type("git commit -q --allow-empty -m no");
  EXPECT_EQ(no.status, 1);
  EXPECT_EQ(commits_seen(), 0);
  log();
  box.ok("git init -q --bare ../there.git");
  box.ok("git push -q ../there.git main");
  EXPECT_TRUE(log().starts_with("pre-push 2\nrefs/heads/main "));
}

TEST_F(HooksPath, HooksThatAreAddedLaterRunToo) {
  use_tracked();
  box.ok("git orch init -q");
  hook(box.repo() + "/.githooks", "post-checkout");
  box.ok("git checkout -q -b side");
  EXPECT_EQ(log(), "post-checkout 3\n");
  box.ok("git config core.hooksPath elsewhere");
  hook(box.repo() + "/elsewhere", "pre-commit");
  box.ok("git commit -q --allow-empty -m x");
  EXPECT_EQ(log(), "pre-commit 0\n");
  EXPECT_EQ(commits_seen(), 1);
}

TEST_F(HooksPath, OfUntrackedFilesIsFoundInTheMainWorktree) {
  hook(box.repo() + "/.husky/_", "post-commit");
  box.write(box.repo() + "/.husky/_/.gitignore", "*\n");
  box.ok("git config core.hooksPath .husky/_");
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok_in(box.worktree("001-a", "overseer"),
            "git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "post-commit 0\n");
  EXPECT_EQ(commits_seen(), 1);
}

TEST_F(HooksPath, ThatIsSetAfterUsIsTakenOverByTheNextTick) {
  // Before init: no tick of a commit may run once the value is there.
  track_hooks();
  box.ok("git orch init -q");
  EXPECT_TRUE(holds(methods(), "\tlink\t1\t"));
  box.ok("git config core.hooksPath .githooks");
  EXPECT_TRUE(holds(methods(), "\tuser\t"));
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":1})"));
  EXPECT_TRUE(holds(methods(), "\tworktree\t1\t"));
  const int before = commits_seen();
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  EXPECT_EQ(commits_seen(), before + 1);
}

TEST_F(HooksPath, OfTheUserIsNotTakenOverUnasked) {
  box.ok("git orch init -q");
  box.ok("git config --global core.hooksPath ~/hooks");
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":0})"));
  EXPECT_EQ(box.type("ls .git/config.worktree").status, 2);
  EXPECT_TRUE(holds(box.type("git orch doctor").out, "git orch hooks install"));
}

TEST_F(HooksPath, ThatIsTakenAwayAgainLeavesTheDefaultDirectory) {
  hook(box.repo() + "/.git/hooks", "pre-commit");
  use_tracked();
  box.ok("git orch init -q");
  log();
  box.ok("git config --unset core.hooksPath");
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "pre-commit 0\n");
  EXPECT_EQ(commits_seen(), 1);
}

TEST_F(HooksPath, OfTheUserIsRefusedWithTheRemedyAndChainedWhenAsked) {
  hook(box.path("home") + "/hooks", "post-commit");
  box.ok("git config --global core.hooksPath ~/hooks");
  const std::string before = box.fingerprint();
  for (const char* line :
       {"git orch init --json", "git orch hooks install --json"}) {
    const Result r = box.type(line);
    EXPECT_NE(r.status, 0) << line;
  }
  const Result r = box.type("git orch init --json");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("git orch init --chain-hooks, or git config --global "
                        "--unset core.hooksPath"));
  EXPECT_EQ(box.fingerprint(), before);
  box.ok("git orch init --chain-hooks -q");
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "post-commit 0\n");
  EXPECT_EQ(commits_seen(), 1);
  box.ok("git orch hooks uninstall -q");
  box.ok("git orch hooks install --chain -q");
  box.ok("git commit -q --allow-empty -m two");
  EXPECT_EQ(commits_seen(), 2);
}

TEST_F(HooksPath, IsLeftEveryByteByUninstallAndDeinit) {
  use_tracked();
  box.ok("git worktree add -q ../linked");
  const std::string config = box.read(box.repo() + "/.git/config");
  const std::string before = box.fingerprint();
  box.ok("git orch init -q");
  box.ok("git orch hooks uninstall -q");
  EXPECT_EQ(box.type("ls .git/config.worktree").status, 2);
  box.ok("git orch hooks install -q");
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.read(box.repo() + "/.git/config"), config);
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(
      box.run_in(box.repo(), {"find", ".git", "-name", "config.worktree"}).out,
      "");
}

TEST_F(HooksPath, OfOneWorktreeAloneIsItsOwners) {
  use_tracked();
  box.ok("git worktree add -q ../linked");
  box.ok("git config extensions.worktreeConfig true");
  box.ok_in(box.path("linked"), "git config --worktree core.hooksPath /own");
  box.ok("git orch init -q");
  EXPECT_EQ(box.ok_in(box.path("linked"), "git config core.hooksPath"),
            "/own\n");
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.ok_in(box.path("linked"), "git config core.hooksPath"),
            "/own\n");
  EXPECT_EQ(box.ok("git config extensions.worktreeConfig"), "true\n");
}

TEST_F(HooksPath, OursIsKnownWhereAnotherInstallerHasMovedIt) {
  hook(box.repo() + "/.git/hooks", "post-commit");
  box.ok("git orch init -q");
  // As pre-commit does it: the present hook gets another name and is run first.
  box.ok("mv .git/hooks/post-commit .git/hooks/post-commit.legacy");
  box.write(box.repo() + "/.git/hooks/post-commit",
            "#!/bin/sh\n\"$0.legacy\" \"$@\"; echo third >>\"$HOME/log\"\n");
  box.ok("chmod 755 .git/hooks/post-commit");
  EXPECT_TRUE(holds(methods(), "\tmoved\t1\truns ours as "));
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "post-commit 0\nthird\n");
  EXPECT_EQ(commits_seen(), 1);
}

}  // namespace
}  // namespace orch::test
