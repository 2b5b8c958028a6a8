// SPDX-License-Identifier: MIT
//
// A git that is killed, or that the disk fails, says nothing of a branch: what
// it leaves goes, and nobody is rejected for it.
#include <signal.h>

#include "support/first_git.h"
#include "support/team.h"

namespace orch::test {
namespace {

class IntegrateBadGit : public TeamTest {
 protected:
  IntegrateBadGit() { commit("impl-api", "api.txt", "api\n"); }

  // Not through git, which puts its own directory before everything on PATH.
  Result integrate(const std::string& args) const {
    return box.type("git-orch-integrate " + args);
  }
  std::string in_git(const std::string& command) const {
    return box.run_in(box.repo() + "/.git", {"sh", "-c", command}).out;
  }
  void expect_landed(const Result& r) const {
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out;
    EXPECT_EQ(agents(r, "waiting") + agents(r, "rejected"), "") << r.out;
    EXPECT_EQ(landed("api.txt"), "api\n");
    EXPECT_EQ(in_git("find . -name '*.lock' ! -path './orch/*'"), "");
  }
  std::string count(const std::string& status) const {
    return box.sql("SELECT count(*) FROM landings WHERE status = '" + status +
                   "'");
  }
};

TEST_F(IntegrateBadGit, KilledOverTheIndexOfTheTargetLeavesNoLock) {
  put_before_git(box, once("*' update-index -q --refresh '*",
                           ": >" + box.repo() +
                               "/.git/worktrees/overseer/index.lock\n"
                               "kill -9 $$"));
  expect_landed(integrate("--all --no-gates --json"));
  EXPECT_EQ(box.type("rmdir ../home/once").status, 0);
}

TEST_F(IntegrateBadGit, KilledOverABackupLeavesNoLock) {
  // A second run gives it the same name.
  box.set("ORCH_TEST_NOW", "1790000000000");
  put_before_git(
      box,
      "case \" $* \" in *' update-ref '*--stdin*) cat >\"$HOME/in\"\n"
      "ref=$(tr '\\0' '\\n' <\"$HOME/in\" | "
      "grep -o 'refs/orch/backup/[^ ]*')\n"
      "if test -n \"$ref\" && mkdir \"$HOME/once\" 2>/dev/null; then\n"
      "  mkdir -p \"" +
          box.repo() + "/.git/${ref%/*}\"; : >\"" + box.repo() +
          "/.git/$ref.lock\"\n  kill -9 $$\nfi\nexec <\"$HOME/in\";; esac");
  const Result r = integrate("--all --no-gates --json");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_EQ(in_git("find . -name '*.lock' ! -path './orch/*'"), "");
  expect_landed(integrate("--all --no-gates --json"));
}

// Its entry is half made: the last file is there, and empty.
std::string half_made(const Sandbox& box, const std::string& last,
                      const std::string& then) {
  return once("*' worktree add '*/gate-*",
              "for a; do case $a in */gate-*) p=$a;; esac; done\n"
              "mkdir \"" +
                  box.repo() + "/.git/worktrees/${p##*/}\"; cd \"" +
                  box.repo() +
                  "/.git/worktrees/${p##*/}\"\n"
                  "echo \"$p/.git\" >gitdir; : >HEAD; : >" +
                  last + "\n" + then);
}

TEST_F(IntegrateBadGit, KilledOverTheWorktreeOfAGateLeavesNoEntry) {
  put_before_git(box, half_made(box, "gitdir", "kill -9 $$"));
  integrate("--all --gate true --json");
  EXPECT_EQ(box.type("rmdir ../home/once").status, 0);
  EXPECT_EQ(in_git("ls worktrees | grep gate-"), "");
}

// On which gits that look at all worktrees fail.
TEST_F(IntegrateBadGit, KilledWithAllElseOverAGateIsClearedByTheNextRun) {
  put_before_git(box, half_made(box, "commondir",
                                "kill -9 $(ps -o ppid= $PPID) $PPID $$"));
  EXPECT_EQ(integrate("--all --gate true --json").status, 128 + SIGKILL);
  put_before_git(box, "");
  ASSERT_NE(in_git("ls worktrees | grep gate-"), "");
  EXPECT_NE(box.type("git worktree list").status, 0);
  expect_landed(integrate("--all --gate true --json"));
  EXPECT_EQ(in_git("ls worktrees | grep gate-"), "");
}

// That it said nothing is not that the branch has not landed.
TEST_F(IntegrateBadGit, KilledOverWhatAKilledRunHasLandedIsAskedByTheNext) {
  put_before_git(
      box, once("*' --ff-only '*", process::find_on_path("git").value_or("") +
                                       " \"$@\"; kill -9 $PPID; exit 0"));
  EXPECT_EQ(integrate("--all --no-gates -q").status, 128 + SIGKILL);
  EXPECT_EQ(landed("api.txt"), "api\n");
  EXPECT_EQ(box.type("rmdir ../home/once").status, 0);
  put_before_git(box, once("*' merge-base --is-ancestor '*", "kill -9 $$"));
  const Result r = integrate("--all --no-gates");
  EXPECT_EQ(r.status, 4) << r.out;
  EXPECT_TRUE(holds(r.err, "fatal: git merge-base failed: exit status 137"));
  EXPECT_EQ(count("landed"), "0\n");
  EXPECT_EQ(integrate("--all --no-gates -q").status, 0);
  EXPECT_EQ(count("landed"), "1\n");
}

TEST_F(IntegrateBadGit, ThatFailsOnceIsAskedAgain) {
  for (const char* asked :
       {"*' merge-tree '*", "*' commit-tree '*", "*' diff-tree '*"}) {
    SCOPED_TRACE(asked);
    put_before_git(box, once(asked,
                             "echo 'fatal: unable to read: Input/output "
                             "error' >&2\nexit 128"));
    expect_landed(integrate("--all --no-gates --json"));
    EXPECT_EQ(box.type("rmdir ../home/once").status, 0);
    box.ok("git orch integrate --undo -q");
  }
}

TEST_F(IntegrateBadGit, ThatCanWriteNothingRejectsNobody) {
  put_before_git(box,
                 "case \" $* \" in *' commit-tree '*)\n"
                 "echo 'fatal: unable to write: No space left on device' >&2\n"
                 "exit 128;; esac");
  const Result r = integrate("--all --no-gates");
  EXPECT_EQ(r.status, 4) << r.out;
  EXPECT_TRUE(holds(r.err,
                    "fatal: git can make no commit on 'feature/001-x/overseer'"
                    ": git commit-tree failed: unable to write: No space left "
                    "on device"));
  EXPECT_TRUE(holds(r.err, "hint: git orch integrate, when that is mended"));
  EXPECT_EQ(count("rejected"), "0\n");
  EXPECT_EQ(landed("api.txt"), "");
  put_before_git(box, "");
  expect_landed(integrate("--all --no-gates --json"));
}

}  // namespace
}  // namespace orch::test
