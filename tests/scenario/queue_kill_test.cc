// SPDX-License-Identifier: MIT
#include <filesystem>

#include "support/queue.h"

namespace orch::test {
namespace {

// Launches of items that are killed.
class QueueKill : public QueueTest {
 protected:
  // The team's set-up waits for that file.
  void hold_the_launch() const {
    box.write(box.repo() + "/.git/orch/roles/orchestrator.yaml",
              "name: orchestrator\npurpose: oversee\nkind: overseer\n"
              "setup: 'touch " +
                  box.path("tmp/begun") + "; while ! test -e " +
                  box.path("tmp/go") + "; do sleep 0.05; done'\n");
  }
  void await_begun() const {
    EXPECT_TRUE(eventually(
        [&] { return std::filesystem::exists(box.path("tmp/begun")); }));
    std::filesystem::remove(box.path("tmp/begun"));
  }
  std::string launch() const {
    const std::string pid = sql("SELECT pid FROM queue WHERE id = 1");
    EXPECT_GT(pid.size(), 1U);
    return pid.substr(0, pid.find('\n'));
  }
  // Ended; it may be left for its parent to hear of it.
  ::testing::AssertionResult has_ended(const std::string& pid) const {
    const bool ended = eventually([&] {
      const std::string status =
          box.run_in(box.repo(), {"cat", "/proc/" + pid + "/status"}).out;
      return status.empty() || status.find("State:\tZ") != std::string::npos;
    });
    return ended ? ::testing::AssertionSuccess()
                 : ::testing::AssertionFailure() << pid << " lives";
  }
  void kill_launch() const {
    const std::string pid = launch();
    box.ok("kill -9 " + pid);
    EXPECT_TRUE(has_ended(pid));
  }
  void expect_one_team() const {
    EXPECT_TRUE(is_launched("1"));
    EXPECT_EQ(sql("SELECT count(*) FROM queue_attempts"), "1\n");
    EXPECT_EQ(events("feature_launched"), "1\n");
    EXPECT_EQ(sql("SELECT count(*) FROM features"), "1\n");
    EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
              "1\n");
  }
};

TEST_F(QueueKill, OfALaunchIsCompletedByTheNext) {
  hold_the_launch();
  add("a.md");
  queue("run");
  await_begun();
  // While it lives nobody else begins.
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT launches FROM queue_attempts"), "1\n");
  EXPECT_EQ(box.ok("git orch launch --item 1"),
            "item 1 has nothing to launch\n");
  kill_launch();
  box.write(box.path("tmp/go"), "");
  expect_one_team();
  EXPECT_EQ(sql("SELECT launches FROM queue_attempts"), "2\n");
}

TEST_F(QueueKill, OfEveryLaunchIsAFailureInTheEnd) {
  hold_the_launch();
  add("a.md");
  queue("run");
  for (int i = 0; i < 3; ++i) {
    // By whichever tick gets the turn of the queue.
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return std::filesystem::exists(box.path("tmp/begun"));
    }));
    await_begun();
    kill_launch();
  }
  box.ok("git orch tick -q");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
  EXPECT_EQ(sql("SELECT reason FROM queue"), "its launch was killed 3 times\n");
}

TEST_F(QueueKill, BetweenClaimAndForkIsNoticed) {
  add("a.md");
  // What such a kill leaves in the store.
  sql("UPDATE queue SET status = 'running', started_at = " +
      std::to_string(kNow));
  sql("INSERT INTO queue_attempts(item_id, attempt, spec_id, started_at) "
      "VALUES (1, 1, 'a', " +
      std::to_string(kNow) + ")");
  box.ok("git orch tick -q");
  expect_one_team();
}

TEST_F(QueueKill, ByCancelEndsALaunchThatIsUnderWay) {
  hold_the_launch();
  add("a.md b.md");
  queue("run");
  await_begun();
  queue("pause");
  const std::string pid = launch();
  EXPECT_EQ(queue("cancel 1").status, 0);
  EXPECT_TRUE(has_ended(pid));
  EXPECT_EQ(states(), "dead,queued\n");
  EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "0\n");
}

TEST_F(QueueKill, ByTheTimeLimitEndsALaunchThatIsUnderWay) {
  hold_the_launch();
  add("a.md --time-limit 1h");
  queue("run");
  await_begun();
  EXPECT_EQ(sql("SELECT reason FROM queue"), "launching\n");
  const std::string pid = launch();
  at(kNow + 60 * kMinute);
  EXPECT_TRUE(
      becomes("SELECT status, reason FROM queue", "failed|not done in 1h"));
  EXPECT_TRUE(has_ended(pid));
}

}  // namespace
}  // namespace orch::test
