// SPDX-License-Identifier: MIT
#include "support/queue.h"

#include "fault/living.h"
#include "fault/loop.h"

namespace orch::test {
namespace {

class KilledQueue : public QueueTest {};

// Wherever the program that starts an item is killed, the next tick sees to it
// that it is launched, and once.
TEST_F(KilledQueue, LaunchesEachItemOnce) {
  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-queue";
  queue("run");
  keep_all(box);
  const int fired = fault_loop(
      11,
      [&](int n) {
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        put_back_all(box);
        queue("pause");
        add("a.md");
        const Result r = run_killed(box, box.repo(), n, {program, "run", "-q"});
        EXPECT_TRUE(r.status == kKilled || r.status == 0) << r.err;
        queue("resume");
        EXPECT_TRUE(is_launched("1"));
        EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type = "
                      "'feature_launched' AND spec_id = 'a'"),
                  "1\n");
        EXPECT_EQ(sql("SELECT count(*) FROM queue_attempts WHERE item_id = 1"),
                  "1\n");
        queue("cancel 1");
        EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
                  "0\n");
        return r.status == kKilled;
      },
      5);
  EXPECT_GT(fired, 1);
}

// Wherever the tick is killed that sees the end of an item, it ends once, and
// so does its batch.
TEST_F(KilledQueue, EndsEachItemOnce) {
  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-tick";
  queue("run");
  keep_all(box);
  const int fired = fault_loop(
      37,
      [&](int n) {
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        put_back_all(box);
        add("a.md");
        EXPECT_TRUE(is_launched("1"));
        report("failed", "a");
        const Result r = run_killed(box, box.repo(), n, {program, "-q"});
        EXPECT_TRUE(r.status == kKilled || r.status == 0) << r.err;
        EXPECT_TRUE(becomes("SELECT status FROM queue WHERE id = 1", "failed"));
        EXPECT_EQ(events("queue_failed"), "1\n");
        EXPECT_EQ(events("batch_ended"), "1\n");
        EXPECT_EQ(sql("SELECT count(*) FROM queue_attempts WHERE outcome = "
                      "'failed' AND evidence LIKE '%so it is%'"),
                  "1\n");
        EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
                  "0\n");
        return r.status == kKilled;
      },
      3);
  EXPECT_GT(fired, 1);
}

}  // namespace
}  // namespace orch::test
