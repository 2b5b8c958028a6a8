// SPDX-License-Identifier: MIT
#include "fault/loop.h"

namespace orch::test {
namespace {

class KilledInitFeature : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
    before = box.ok("git rev-parse HEAD") + box.ok("git ls-files -s");
  }

  // The feature is whole, and nothing else was touched.
  void check(const std::string& spec, int n) {
    SCOPED_TRACE("killed at system call " + std::to_string(n));
    const auto rows = box.type("git orch agent list --porcelain").lines();
    int agents = 0;
    for (const std::string& row : rows)
      if (row.starts_with(spec + "/")) ++agents;
    EXPECT_EQ(agents, 4);
    for (const char* role : {"overseer", "impl-data", "impl-api", "impl-ui"}) {
      const std::string tree = box.worktree(spec, role);
      EXPECT_EQ(box.ok_in(tree, "git status --porcelain"), "") << role;
      EXPECT_EQ(box.ok_in(tree, "git symbolic-ref --short HEAD"),
                "feature/" + spec + "/" + role + "\n");
    }
    const json::Value status = box.type("git orch status --json").data();
    EXPECT_TRUE(status["unscheduled"].as_array()->empty());
    EXPECT_EQ(box.ok("git rev-parse HEAD") + box.ok("git ls-files -s"), before);
    EXPECT_EQ(box.ok("git status --porcelain"), "");
    EXPECT_EQ(box.type("ls .git/orch/journal").out, "");
    EXPECT_EQ(box.type("git fsck --no-progress").status, 0);
  }

  Sandbox box;
  std::string before;
};

TEST_F(KilledInitFeature, IsCompletedByARerun) {
  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-init-feature";
  const int fired = fault_loop(17, [&](int n) {
    const std::string spec = "f" + std::to_string(n);
    const Result r = run_killed(box, box.repo(), n, {program, "-q", spec});
    if (r.status == 0) return false;
    EXPECT_EQ(r.status, kKilled) << r.err;
    const Result again = box.type("git orch init-feature -q " + spec);
    EXPECT_EQ(again.status, 0) << "killed at " << n << ": " << again.err;
    check(spec, n);
    // Keep the repository small: this feature has been judged.
    for (const char* role : {"overseer", "impl-data", "impl-api", "impl-ui"})
      box.ok("git worktree remove " + box.worktree(spec, role));
    return true;
  });
  EXPECT_GT(fired, 5);
}

}  // namespace
}  // namespace orch::test
