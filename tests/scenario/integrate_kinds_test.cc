// SPDX-License-Identifier: MIT
//
// Repositories that are not the usual one.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class IntegrateKinds : public ::testing::Test {
 protected:
  // `make` is a script that makes `repo` with a branch main.
  void set_up(const std::string& make) {
    box.make_repository("seed");
    const Result r = box.run_in(box.root(), {"sh", "-ec", make});
    EXPECT_EQ(r.status, 0) << r.err;
    repo = box.path("repo");
    in("git orch init -q; git orch init-feature 001 --base main -q "
       "--roles overseer,impl-api,impl-ui");
  }
  std::string in(const std::string& script) const {
    const Result r = box.run_in(repo, {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << script << r.out << r.err;
    return r.out;
  }
  void works() const {
    for (const char* role : {"impl-api", "impl-ui"})
      in(std::string("cd \"$(git worktree list --porcelain | sed -n "
                     "'s|^worktree \\(.*/") +
         role + "\\)$|\\1|p')\"; echo x > " + role +
         "; git add .; "
         "git commit -qm " +
         role);
    in("git orch integrate --all --gate 'test -f impl-api' -q");
    EXPECT_EQ(in("git ls-tree --name-only feature/001/overseer"),
              "impl-api\nimpl-ui\none.txt\nthree.txt\ntwo.txt\n");
    EXPECT_EQ(in("cd \"$(git worktree list --porcelain | sed -n "
                 "'s|^worktree \\(.*/overseer\\)$|\\1|p')\"; ls; "
                 "git status --porcelain"),
              "impl-api\nimpl-ui\none.txt\nthree.txt\ntwo.txt\n");
    in("git orch integrate --undo -q; "
       "git orch integrate --all --method squash --no-gates -q; "
       "git orch integrate --undo -q; "
       "git orch integrate --all --method rebase --into main --no-gates -q");
    EXPECT_EQ(in("git log --format=%s main"), "impl-ui\nimpl-api\nfirst\n");
    in("git fsck --no-progress");
  }
  Sandbox box;
  std::string repo;
};

TEST_F(IntegrateKinds, Bare) {
  set_up(
      "git clone -q --bare seed it.git; git -C it.git worktree add -q "
      "../repo main");
  works();
}

// git asks it when the files have changed already.
TEST_F(IntegrateKinds, WithAHookThatRefuses) {
  box.write(box.path("hook"),
            "#!/bin/sh\nwhile read old new ref; do test \"$1 $ref\" != "
            "'prepared refs/heads/feature/001/overseer' || test ! -e " +
                box.path("closed") + " || exit 1; done\n");
  set_up(
      "git clone -q seed repo; install -m 755 hook "
      "repo/.git/hooks/reference-transaction");
  box.write(box.path("closed"), "");
  const std::string over = repo + ".orch/001/overseer";
  in("cd ../repo.orch/001/impl-api; mkdir new; echo x > new/file; git rm -q "
     "two.txt; echo api > one.txt; git add .; git commit -qm work");
  EXPECT_EQ(box.run_in(repo, {"git", "orch", "integrate", "--no-gates"}).status,
            4);
  EXPECT_EQ(box.ok_in(over, "git status --porcelain"), "");
  EXPECT_EQ(box.ok_in(over, "ls"), "one.txt\nthree.txt\ntwo.txt\n");
  box.ok_in("/", "rm " + box.path("closed"));
  in("git orch integrate --no-gates -q");
  EXPECT_EQ(box.ok_in(over, "ls"), "new\none.txt\nthree.txt\n");
}

TEST_F(IntegrateKinds, WithIdsOf256Bits) {
  set_up(
      "git init -q --object-format=sha256 repo; cp seed/*.txt repo; "
      "cd repo; git add .; git commit -qm first");
  works();
}

TEST_F(IntegrateKinds, WithASeparateGitDirectory) {
  set_up("git clone -q --separate-git-dir=elsewhere.git seed repo");
  works();
}

}  // namespace
}  // namespace orch::test
