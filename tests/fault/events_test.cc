// SPDX-License-Identifier: MIT
//
// kill -9 of the two programs that carry an event: the hook that appends it and
// the verb that folds it. An event that a hook has acknowledged (it ended with
// 0) is stored once; one that was never acknowledged at most once.
#include <map>

#include "fault/loop.h"

namespace orch::test {
namespace {

class KilledOnTheWay : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
  }

  // A commit that no hook has seen.
  std::string silent_commit(int n) {
    box.ok("git -c core.hooksPath=/dev/null commit -q --allow-empty -m c" +
           std::to_string(n));
    std::string id = box.ok("git rev-parse HEAD");
    id.pop_back();
    return id;
  }

  int events_of(const std::string& commit) {
    int count = 0;
    const auto data = box.type("git orch recent 100000 --json").data();
    for (const json::Value& e : *data["events"].as_array())
      if (e["recorded_commit"] == json::Value(commit)) ++count;
    return count;
  }

  void check_store() {
    EXPECT_EQ(
        box.run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                                ".git/orch/orch.db", "PRAGMA integrity_check"})
            .out,
        "ok\n");
  }

  std::string hook() const { return box.repo() + "/.git/hooks/post-commit"; }

  Sandbox box;
};

TEST_F(KilledOnTheWay, TheHookRecordsOnceOrNotAtAll) {
  std::map<std::string, bool> acknowledged;
  const int fired = fault_loop(1, [&](int n) {
    const std::string commit = silent_commit(n);
    const Result r = run_killed(box, box.repo(), n, {hook()});
    acknowledged[commit] = r.status == 0;
    const int now = events_of(commit);
    EXPECT_LE(now, 1) << "killed at " << n;
    if (r.status == 0) {
      EXPECT_EQ(now, 1);
      return false;
    }
    // The hook that git calls again (or the next commit's) goes through.
    EXPECT_EQ(box.run_in(box.repo(), {hook()}).status, 0);
    EXPECT_EQ(events_of(commit), 1) << "killed at " << n;
    return true;
  });
  EXPECT_GT(fired, 5);
  check_store();
}

TEST_F(KilledOnTheWay, TheFoldTellsEverythingOnce) {
  const std::string recent =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-recent";
  // A hook whose child cannot run: its records stay in the spool.
  const int fired = fault_loop(3, [&](int n) {
    std::vector<std::string> commits;
    for (int k = 0; k < 3; ++k) {
      commits.push_back(silent_commit(n * 10 + k));
      // Somebody waits already, as far as the hook can tell: no child.
      box.run_in(box.repo(), {"flock", ".git/orch/lock/tick-next", hook()});
    }
    const Result r = run_killed(box, box.repo(), n, {recent, "-q"});
    for (const std::string& c : commits)
      EXPECT_EQ(events_of(c), 1) << "killed at " << n;
    return r.status != 0;
  });
  EXPECT_GT(fired, 5);
  check_store();
  EXPECT_EQ(box.type("ls .git/orch/spool").out, "events\nfold.lock\n");
}

}  // namespace
}  // namespace orch::test
