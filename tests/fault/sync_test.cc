// SPDX-License-Identifier: MIT
#include "fault/loop.h"

namespace orch::test {
namespace {

// A sync is done whole or not at all, whenever we are killed: the next one, or
// a tick, completes it or takes it back.
class KilledSync : public ::testing::TestWithParam<const char*> {};

TEST_P(KilledSync, IsCompletedByARerun) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q --no-hooks");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  box.write(box.repo() + "/.git/orch/policy.yaml",
            std::string("sync:\n  method: ") + GetParam() + "\n");
  const std::string api = box.worktree("001-a", "impl-api");
  const std::string overseer = box.worktree("001-a", "overseer");
  box.write(api + "/api.cc", "api\n");
  box.ok_in(api, "git add -A");
  box.ok_in(api, "git commit -qm api");
  box.write(overseer + "/new.cc", "new\n");
  box.write(overseer + "/one.txt", "changed\n");
  box.ok_in(overseer, "git rm -q two.txt");
  box.ok_in(overseer, "git add -A");
  box.ok_in(overseer, "git commit -qm more");
  box.ok("git orch tick -q");
  const std::string tip = box.ok_in(api, "git rev-parse HEAD");
  int turn = 0;
  const int fired = fault_loop(
      23,
      [&](int n) {
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        const Result r =
            run_killed(box, box.repo(), n,
                       {std::string(ORCH_BUILD_DIR) + "/bin/git-orch-sync",
                        "run", "impl-api"});
        if (r.status == 0) return false;
        EXPECT_EQ(r.status, kKilled) << r.err;
        box.ok(++turn % 2 ? "git orch tick -q" : "git orch sync run impl-api");
        box.ok("git orch sync run impl-api");
        EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
        EXPECT_EQ(box.ok_in(api,
                            "git rev-list --count HEAD.."
                            "feature/001-a/overseer"),
                  "0\n");
        EXPECT_EQ(box.read(api + "/one.txt"), "changed\n");
        EXPECT_EQ(box.read(api + "/api.cc"), "api\n");
        // Each once: the old tip, the event, the message.
        EXPECT_EQ(box.ok("git for-each-ref --format=%(objectname) "
                         "refs/orch/backup"),
                  tip);
        EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type "
                          "= 'synced'"),
                  std::to_string(turn) + "\n");
        EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE level = "
                          "'queued' AND text LIKE 'your branch was %'"),
                  "1\n");
        EXPECT_FALSE(holds(box.ok("git status --porcelain"), "orch"));
        box.ok_in(api, "git reset -q --hard " + tip.substr(0, tip.size() - 1));
        for (const std::string& ref :
             box.type("git for-each-ref --format=%(refname) refs/orch/backup")
                 .lines())
          box.ok("git update-ref -d " + ref);
        return true;
      },
      2);
  EXPECT_GT(fired, 3);
}

INSTANTIATE_TEST_SUITE_P(By, KilledSync, ::testing::Values("rebase", "merge"));

}  // namespace
}  // namespace orch::test
