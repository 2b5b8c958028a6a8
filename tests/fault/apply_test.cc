// SPDX-License-Identifier: MIT
#include "fault/loop.h"

namespace orch::test {
namespace {

// A proposal is applied whole or not at all, whenever we are killed, and a
// rerun completes it.
TEST(KilledApply, IsCompletedByARerun) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q --no-hooks");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
  const std::string api = box.worktree("001-a", "impl-api");
  for (const char* role : {"impl-api", "impl-ui"}) {
    const std::string top = box.worktree("001-a", role);
    box.write(top + "/one.txt", std::string("by ") + role + "\n");
    box.ok_in(top, "git commit -qam work");
  }
  box.ok("git orch tick -q");
  box.write(box.path("agent"),
            "#!/bin/sh\ncat ours/one.txt theirs/one.txt > resolved/one.txt");
  box.ok("chmod +x " + box.path("agent"));
  box.ok("git config --global orch.suggestCommand " + box.path("agent"));
  const std::string tip = box.ok_in(api, "git rev-parse HEAD");
  const std::string kept = tip.substr(0, tip.size() - 1);
  const int fired = fault_loop(11, [&](int n) {
    SCOPED_TRACE("killed at system call " + std::to_string(n));
    box.ok("git orch conflicts suggest 1 --again -q");
    const Result r =
        run_killed(box, box.repo(), n,
                   {std::string(ORCH_BUILD_DIR) + "/bin/git-orch-conflicts",
                    "suggest", "1", "--apply"});
    if (r.status == 0) return false;
    EXPECT_EQ(r.status, kKilled) << r.err;
    const Result again = box.type("git orch conflicts suggest 1 --apply");
    // Killed behind the last step, there is nothing left to apply.
    EXPECT_TRUE(again.status == 0 || holds(again.err, " is applied"))
        << again.status << again.out << again.err;
    EXPECT_EQ(box.read(api + "/one.txt"), "by impl-api\nby impl-ui\n");
    EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
    EXPECT_EQ(box.ok_in(api, "git rev-parse HEAD^1"), tip);
    EXPECT_TRUE(holds(box.ok("git for-each-ref refs/orch/backup"), kept));
    EXPECT_EQ(box.type("git fsck --no-progress").status, 0);
    box.ok_in(api, "git reset -q --keep " + kept);
    for (const std::string& ref :
         box.type("git for-each-ref --format=%(refname) refs/orch/backup")
             .lines())
      box.ok("git update-ref -d " + ref);
    return true;
  });
  EXPECT_GT(fired, 3);
}

}  // namespace
}  // namespace orch::test
