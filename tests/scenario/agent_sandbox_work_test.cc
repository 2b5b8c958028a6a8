// SPDX-License-Identifier: MIT
//
// What becomes of the work of an agent behind walls, whoever dies or moves it.
#include "support/inside.h"

namespace orch::test {
namespace {

class AgentSandboxWork : public Inside {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_WALLS();
    set_up();
  }

  // Has `outside` run, by sh in the main worktree, while the agent waits
  // between `first` and `then`, for what is written to the pipe `go`.
  Result beside(const std::string& then, const std::string& outside,
                const std::string& first = "") const {
    box.ok("mkfifo " + worktree + "/ready " + worktree + "/go");
    box.write(box.path("agent.sh"), first +
                                        "echo >ready && read x <go; rm ready "
                                        "go; " +
                                        then + "\n");
    return box.run_in(
        box.repo(),
        {"sh", "-ec",
         "git orch agent start -q 001/impl-api --runtime shell --sandbox -- "
         "sh -c \"$(cat '" +
             box.path("agent.sh") + "')\" >'" + box.path("started") +
             "' 2>&1 & read x <'" + worktree + "/ready'; " + outside +
             "; wait"});
  }
};

TEST_F(AgentSandboxWork, LosesNothingThatNoHookHasTold) {
  inside_ok("git -c core.hooksPath=/dev/null commit -q --allow-empty -m quiet");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch),
            "quiet\n");
}

TEST_F(AgentSandboxWork, LosesNothingWhenAllOfItIsKilled) {
  const std::string before = tip(kBranch);
  // Its last commit is told to nobody, and then everything of it is killed.
  beside("true",
         "kill -9 $(sqlite3 -cmd '.timeout 10000' .git/orch/orch.db \"SELECT "
         "pid FROM agents WHERE address = '001/impl-api'\")",
         "git -c core.hooksPath=/dev/null commit -q --allow-empty -m late && ");
  EXPECT_EQ(tip(kBranch), before);
  inside_ok("true");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch), "late\n");
}

TEST_F(AgentSandboxWork, KeepsBranchesOfItsOwn) {
  inside_ok(
      "git switch -q -c idea && git commit -q --allow-empty -m think && "
      "git switch -q - && git commit -q --allow-empty -m work");
  EXPECT_TRUE(holds(inside_ok("git log -1 --format=%s idea"), "think"));
  EXPECT_EQ(tip("idea"), "");
  inside_ok("echo later >> one.txt && git stash -q");
  box.ok("git orch agent stop 001/impl-api");
  const std::string kept =
      "refs/orch/sandbox/" +
      sql("SELECT id FROM agents WHERE address = '001/impl-api'").substr(0, 1) +
      "/kept/";
  EXPECT_EQ(box.ok("git for-each-ref --format=%(refname) " + kept),
            kept + "heads/idea\n" + kept + "stash\n");
}

TEST_F(AgentSandboxWork, MayRewriteWhatIsItsOwn) {
  inside_ok("git commit -q --allow-empty -m one");
  inside_ok(
      "git commit -q --allow-empty -m two && git reset -q --hard HEAD~2 && "
      "git commit -q --allow-empty -m three");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch),
            "three\n");
}

TEST_F(AgentSandboxWork, TellsWhenSomebodyElseHasMovedTheBranch) {
  const Result r = beside(
      "git commit -q --allow-empty -m mine; git rebase -q "
      "orch/outside && git commit -q --allow-empty -m more",
      "git -C '" + worktree + "' commit -q --allow-empty -m theirs; echo >'" +
          worktree + "/go'");
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string shown = box.ok("git orch agent log 001/impl-api");
  EXPECT_TRUE(holds(shown, "has been moved outside; your commits stay here"));
  EXPECT_TRUE(holds(shown, "hint: git rebase orch/outside"));
  EXPECT_EQ(box.ok(std::string("git log -3 --format=%s ") + kBranch),
            "more\nmine\ntheirs\n");
}

TEST_F(AgentSandboxWork, StartsAgainWhateverItLeftItsCloneIn) {
  inside_ok("git switch -q -c wip && git commit -q --allow-empty -m think");
  box.ok("git branch wip main");
  box.ok("git branch topic main");
  EXPECT_TRUE(holds(inside_ok("git log -1 --format=%s; git switch -q "
                              "feature/001/impl-api && git log -1 "
                              "--format=%s wip"),
                    "think"));
  // What somebody outside has rewritten, and cleared away.
  box.ok_in(box.worktree("001", "impl-data"),
            "git commit -q --allow-empty -m one");
  inside_ok("git pack-refs --all; git commit -q --allow-empty -m two");
  box.ok_in(box.worktree("001", "impl-data"),
            "git commit -q --amend --allow-empty -m other");
  box.ok("git reflog expire --expire-unreachable=now --all");
  box.ok("git gc -q --prune=now");
  inside_ok("git commit -q --allow-empty -m three");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch),
            "three\n");
}

}  // namespace
}  // namespace orch::test
