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
