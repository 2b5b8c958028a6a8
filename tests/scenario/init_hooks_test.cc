// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// One day with a user's own hooks; everything in it is the same every time.
class Day {
 public:
  Day() {
    box.set("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z");
    box.set("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
    box.make_repository();
  }

  void hook(const std::string& name, const std::string& body) const {
    const std::string path = box.repo() + "/.git/hooks/" + name;
    box.write(path, "#!/bin/sh\n" + body);
    box.ok("chmod 755 " + path);
  }

  // Name, arguments, standard input and what git tells by the environment.
  void log_every_hook() const {
    for (const char* name : {"post-checkout", "post-commit", "post-merge",
                             "post-rewrite", "pre-rebase", "pre-commit"})
      hook(name, "{ echo '" + std::string(name) +
                     "' $# \"$@\"; cat; pwd; env | grep ^GIT_ | sort; } "
                     ">>\"$HOME/log\"\n");
  }

  // What the hooks wrote, with this sandbox's own path taken out.
  std::string log() const {
    std::string text = box.read(box.path("home") + "/log");
    for (std::size_t at; (at = text.find(box.root())) != std::string::npos;)
      text.replace(at, box.root().size(), "ROOT");
    return text;
  }

  void live() const {
    for (const char* line :
         {"git commit -q --allow-empty -m one",
          "git commit -q --amend --allow-empty -m two",
          "git checkout -q -b side", "git commit -q --allow-empty -m three",
          "git checkout -q main", "git commit -q --allow-empty -m four",
          "git merge -q -m merged side", "git checkout -q side",
          "git rebase -q main", "git checkout -q -b third main~1",
          "git commit -q --allow-empty -m five", "git rebase -q side",
          "git worktree add -q ../linked main"})
      box.ok(line);
    box.ok_in(box.path("linked"), "git commit -q --allow-empty -m six");
  }

  Sandbox box;
};

TEST(InitBesideHooks, RunsTheUsersWithTheSameArgumentsInputAndEnvironment) {
  Day without, with;
  without.log_every_hook();
  with.log_every_hook();
  with.box.ok("git orch init -q");
  without.live();
  with.live();
  EXPECT_EQ(with.log(), without.log());
  for (const char* part : {"post-checkout 3 ", "post-commit 0", "post-merge 1 ",
                           "post-rewrite 1 amend", "post-rewrite 1 rebase",
                           "pre-rebase 1 ", "pre-commit 0"})
    EXPECT_TRUE(holds(with.log(), part));
}

TEST(InitBesideHooks, ObeysTheUsersPreRebase) {
  Day day;
  day.hook("pre-rebase", "echo no rebase today >&2; exit 7\n");
  day.box.ok("git checkout -q -b side");
  day.box.ok("git commit -q --allow-empty -m side");
  const Result before = day.box.type("git rebase main~0 --force-rebase");
  day.box.ok("git orch init -q");
  const Result after = day.box.type("git rebase main~0 --force-rebase");
  EXPECT_NE(after.status, 0);
  EXPECT_EQ(after.status, before.status);
  EXPECT_TRUE(holds(after.err, "no rebase today"));
}

TEST(InitBesideHooks, PassesTheExitCodeOn) {
  Day day;
  day.hook("post-checkout", "exit 5\n");
  const Result before = day.box.type("git checkout -q -b one");
  day.box.ok("git orch init -q");
  const Result after = day.box.type("git checkout -q -b two");
  EXPECT_NE(after.status, 0);
  EXPECT_EQ(after.status, before.status);
}

TEST(InitBesideHooks, KeepsTheFileItselfAndDoesNotRunOneThatGitWouldNot) {
  Day day;
  day.hook("post-commit", "echo ran >>\"$HOME/log\"\n");
  day.box.ok("chmod 640 .git/hooks/post-commit");
  const std::string inode = day.box.ok("stat -c %i .git/hooks/post-commit");
  day.box.ok("git orch init -q");
  EXPECT_EQ(day.box.ok("stat -c %i .git/hooks/post-commit.orch-chained"),
            inode);
  EXPECT_EQ(day.box.ok("stat -c %a .git/hooks/post-commit.orch-chained"),
            "640\n");
  day.box.ok("git commit -q --allow-empty -m work");
  EXPECT_EQ(day.log(), "");
}

TEST(InitBesideHooks, ShowsWhatIsChained) {
  Day day;
  day.hook("post-commit", "true\n");
  EXPECT_TRUE(holds(day.box.ok("git orch init --json"),
                    R"({"event":"post-commit","method":"link+chained"})"));
}

TEST(InitBesideHooks, RecordsTheCommitAndRunsTheUsersHookOnce) {
  Day day;
  day.hook("post-commit", "echo ran >>\"$HOME/log\"\n");
  day.box.ok("git orch init -q");
  day.box.ok("git orch init -q");
  day.box.ok("git commit -q --allow-empty -m work");
  EXPECT_EQ(day.log(), "ran\n");
  EXPECT_EQ(day.box.type("git orch recent --porcelain").lines().size(), 1U);
}

TEST(InitBesideHooks, LeavesHooksThatWeHaveNoProgramForAlone) {
  Day day;
  day.hook("pre-commit", "exit 1\n");
  const std::string before = day.box.ok("ls -li .git/hooks/pre-commit");
  day.box.ok("git orch init -q");
  EXPECT_EQ(day.box.ok("ls -li .git/hooks/pre-commit"), before);
  EXPECT_EQ(day.box.type("git commit -q --allow-empty -m no").status, 1);
}

}  // namespace
}  // namespace orch::test
