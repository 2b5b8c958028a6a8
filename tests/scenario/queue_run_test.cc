// SPDX-License-Identifier: MIT
#include "support/queue.h"

namespace orch::test {
namespace {

class QueueRun : public QueueTest {};

TEST_F(QueueRun, LaunchesOneAfterTheOther) {
  add("a.md b.md");
  const Result on = queue("run");
  EXPECT_EQ(on.status, 0) << on.err;
  EXPECT_TRUE(holds(on.out, "the queue is on: 1 item at once"));
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(states(), "running,queued\n");
  EXPECT_TRUE(holds(queue("list").out, "1 item of 1 running"));
  EXPECT_EQ(sql("SELECT spec_id, base_branch FROM features"),
            "a|refs/heads/main\n");
  report("done", "a");
  EXPECT_TRUE(becomes("SELECT status FROM queue WHERE id = 1", "done"));
  EXPECT_TRUE(is_launched("2"));
  EXPECT_EQ(events("batch_ended"), "0\n");
  report("done", "b");
  EXPECT_TRUE(becomes("SELECT status FROM queue WHERE id = 2", "done"));
  EXPECT_EQ(sql("SELECT message FROM task_events WHERE event_type = "
                "'batch_ended'"),
            "batch 1: 2 done, 0 failed, 0 dead\n");
  // It is still on: what is added now starts with a tick.
  add("c.md");
  EXPECT_TRUE(is_launched("3"));
  EXPECT_EQ(sql("SELECT count(*) FROM queue_attempts"), "3\n");
}

TEST_F(QueueRun, RunsAsManyAsItMay) {
  add("a.md b.md c.md");
  queue("run --jobs 2");
  EXPECT_TRUE(is_launched("1"));
  EXPECT_TRUE(is_launched("2"));
  EXPECT_EQ(states(), "running,running,queued\n");
  report("done", "b");
  EXPECT_TRUE(is_launched("3"));
  EXPECT_EQ(states(), "running,done,running\n");
  box.ok("git config orch.queueJobs 7");
  EXPECT_EQ(box.type("git orch queue run --json").data()["jobs"],
            json::Value(7));
}

TEST_F(QueueRun, StartsWhatMattersFirst) {
  add("a.md");
  add("b.md --priority 1");
  // An hour later, a has gained what b has over c, and is older.
  at(kNow + 60 * kMinute);
  add("c.md --priority=1");
  at(kNow + 61 * kMinute);
  queue("run");
  EXPECT_TRUE(is_launched("2"));
  report("done", "b");
  EXPECT_TRUE(is_launched("1"));
}

TEST_F(QueueRun, LaunchesWhatWasAddedThoughTheFileHasChanged) {
  add("a.md");
  box.write(box.repo() + "/a.md", "GOAL: something else\n");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  const std::string brief = box.ok("git orch brief a/orchestrator");
  EXPECT_TRUE(holds(brief, "readers set a goal for the year"));
  // Its agents are told of a copy.
  const std::string copy = box.repo() + "/.git/orch/queue/1/a.md";
  EXPECT_TRUE(holds(brief, copy));
  EXPECT_TRUE(holds(box.read(copy), "- a\n"));
}

TEST_F(QueueRun, WaitsWhilePaused) {
  add("a.md b.md");
  queue("pause 1");
  queue("run");
  EXPECT_TRUE(is_launched("2"));
  EXPECT_EQ(states(), "paused,running\n");
  const Result running = queue("pause 2");
  EXPECT_EQ(running.status, 129);
  EXPECT_TRUE(holds(running.err, "cannot pause item 2 (b): it is running"));
  EXPECT_TRUE(holds(queue("pause").out, "the queue is paused"));
  queue("resume 1");
  report("done", "b");
  EXPECT_TRUE(becomes("SELECT status FROM queue WHERE id = 2", "done"));
  EXPECT_EQ(states(), "queued,done\n");
  EXPECT_TRUE(holds(queue("list").out, "the queue is paused: git orch queue"));
  EXPECT_TRUE(holds(queue("resume").out, "the queue is on"));
  EXPECT_TRUE(is_launched("1"));
}

TEST_F(QueueRun, StaysUntilNothingIsLeft) {
  // Each is done as soon as it has its brief.
  box.script("orchestrator",
             "await-message\nrun git orch report done -m yes\n"
             "await-message\n");
  add("a.md b.md");
  const Result r = queue("run --wait");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(states(), "done,done\n");
  EXPECT_EQ(r.err, "");
  // One that fails is the exit status.
  box.script("orchestrator",
             "await-message\nrun git orch report failed -m no\n"
             "await-message\n");
  add("c.md");
  EXPECT_EQ(queue("run --wait -q").status, 1);
  EXPECT_EQ(states(), "done,done,failed\n");
}

TEST_F(QueueRun, FailsWithTheReportOfTheOverseer) {
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  report("failed", "a");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
  EXPECT_EQ(sql("SELECT reason FROM queue"),
            "its overseer reported failure: so it is\n");
  // What still ran was stopped.
  EXPECT_EQ(sql("SELECT state FROM agents"), "stopped\n");
  EXPECT_EQ(events("queue_failed"), "1\n");
  const Result shown = queue("show 1");
  EXPECT_TRUE(holds(shown.out, "attempt 1, 2027-01-15T08:00:00Z: failed"));
  EXPECT_TRUE(holds(shown.out, "a/orchestrator ("));
  EXPECT_TRUE(holds(shown.out, "git orch queue retry 1"));
  const json::Value data = box.type("git orch queue show 1 --json").data();
  EXPECT_EQ(data["actions"],
            json::Value(std::vector<std::string>{"retry", "reset", "rm"}));
  EXPECT_EQ((*data["attempts"].as_array())[0]["outcome"],
            json::Value("failed"));
}

TEST_F(QueueRun, FailsWhenItsTimeIsOver) {
  box.script("orchestrator", "say I am thinking\nawait-message\n");
  add("a.md --time-limit 2h");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  EXPECT_TRUE(eventually([&] {
    return box.ok("git orch agent log a/orchestrator").find("thinking") !=
           std::string::npos;
  }));
  const std::string work = box.worktree("a", "orchestrator") + "/open.txt";
  box.write(work, "not committed\n");
  at(kNow + 119 * kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(states(), "running\n");
  at(kNow + 120 * kMinute);
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
  EXPECT_EQ(sql("SELECT reason FROM queue"), "not done in 2h\n");
  EXPECT_TRUE(holds(sql("SELECT evidence FROM queue_attempts"), "thinking"));
  EXPECT_EQ(sql("SELECT state FROM agents"), "stopped\n");
  EXPECT_TRUE(holds(box.ok("git orch snapshot list --json"), "open.txt"));
  EXPECT_EQ(box.read(work), "not committed\n");
}

TEST_F(QueueRun, TakesTheTimeLimitOfTheConfiguration) {
  box.ok("git config orch.queueTimeLimit 1h");
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  at(kNow + 60 * kMinute);
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
}

TEST_F(QueueRun, NeverFailsATeamForBeingSlow) {
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  at(kNow + 1000 * 24 * 60 * kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(states(), "running\n");
}

TEST_F(QueueRun, FailsWhenNobodyRunsAnyMore) {
  box.script("orchestrator", "await-message\nexit 3\n");
  add("a.md");
  queue("run");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
  EXPECT_EQ(sql("SELECT reason FROM queue"),
            "no agent runs any more: a/orchestrator ended\n");
}

TEST_F(QueueRun, WaitsForALimitAndDoesNotCountThatTime) {
  add("a.md --time-limit 1h");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  EXPECT_TRUE(becomes("SELECT count(*) FROM agents WHERE state = 'idle'", "1"));
  tick_alone();
  at(kNow + 30 * kMinute);
  sql("UPDATE agents SET state = 'limited', state_source = 'hook'");
  sql("INSERT INTO limits(agent_id, runtime, source, resets_at, wakes_at, "
      "created_at) VALUES (1, 'script', 'test', " +
      std::to_string(kNow + 300 * kMinute) + ", " +
      std::to_string(kNow + 600 * kMinute) + ", " + std::to_string(kNow) + ")");
  EXPECT_TRUE(becomes("SELECT status, reason FROM queue",
                      "paused|limited until 2027-01-15T13:00:00Z"));
  EXPECT_TRUE(holds(queue("resume 1").err, "it is running, and limited until"));
  at(kNow + 300 * kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(states(), "paused\n");
  sql("UPDATE limits SET ended_at = 1");
  sql("UPDATE agents SET state = 'idle'");
  EXPECT_TRUE(becomes("SELECT status, held_ms FROM queue",
                      "running|" + std::to_string(270 * kMinute)));
  at(kNow + 329 * kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(states(), "running\n");
  at(kNow + 330 * kMinute);
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
}

TEST_F(QueueRun, FailsWhenTheLaunchDoesAndSaysWhy) {
  box.write(box.repo() + "/.git/orch/roles/orchestrator.yaml",
            "name: orchestrator\npurpose: oversee\nkind: overseer\n"
            "setup: 'echo no compiler >&2; exit 7'\n");
  add("a.md b.md");
  queue("run");
  EXPECT_TRUE(
      becomes("SELECT group_concat(status) FROM queue", "failed,failed"));
  const std::string evidence = sql("SELECT evidence FROM queue_attempts");
  EXPECT_TRUE(holds(evidence, "launch of 'a' failed: "));
  EXPECT_TRUE(holds(evidence, "no compiler"));
  EXPECT_TRUE(holds(box.read(box.repo() + "/.git/orch/log/queue-1.log"),
                    "no compiler"));
  EXPECT_EQ(sql("SELECT message FROM task_events WHERE event_type = "
                "'batch_ended'"),
            "batch 1: 0 done, 2 failed, 0 dead\n");
}

TEST_F(QueueRun, LeavesAFeatureOfThatNameAloneAndSaysTheWayOut) {
  box.ok("git orch init-feature a --roles overseer,impl-ui -q");
  box.ok("git orch agent start a/impl-ui --runtime script -q");
  add("a.md");
  queue("run");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "failed"));
  const std::string evidence = sql("SELECT evidence FROM queue_attempts");
  EXPECT_TRUE(holds(evidence, "feature 'a' is set up already, without a plan"));
  EXPECT_TRUE(holds(evidence, "git orch queue retry --fresh 1"));
  const std::string before = sql("SELECT * FROM features");
  EXPECT_EQ(queue("retry 1 --fresh").status, 0);
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(sql("SELECT * FROM features WHERE spec_id = 'a'"), before);
  EXPECT_EQ(sql("SELECT desired FROM agents WHERE address = 'a/impl-ui'"),
            "running\n");
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/backup"), "");
  EXPECT_EQ(sql("SELECT spec_id FROM queue"), "a-retry1\n");
}

TEST_F(QueueRun, OfARunningItemCancelKeepsAllWork) {
  add("a.md b.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  const std::string worktree = box.worktree("a", "orchestrator");
  box.ok_in(worktree, "git commit -q --allow-empty -m work");
  box.write(worktree + "/open.txt", "not committed\n");
  const Result r = queue("cancel 1");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(sql("SELECT status, reason FROM queue WHERE id = 1"),
            "dead|cancelled\n");
  EXPECT_EQ(sql("SELECT outcome FROM queue_attempts WHERE item_id = 1"),
            "cancelled\n");
  EXPECT_EQ(sql("SELECT state FROM agents WHERE id = 1"), "stopped\n");
  EXPECT_EQ(box.ok("git log --format=%s -1 feature/a/orchestrator"), "work\n");
  EXPECT_EQ(box.read(worktree + "/open.txt"), "not committed\n");
  EXPECT_TRUE(holds(box.ok("git orch snapshot list --json"), "open.txt"));
  EXPECT_TRUE(is_launched("2"));
}

TEST_F(QueueRun, ResetsARunningItemOnlyByForce) {
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  queue("pause");
  const Result r = queue("reset 1");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "git orch queue reset --force 1 stops its agents"));
  EXPECT_EQ(queue("reset 1 --force").status, 0);
  EXPECT_EQ(states(), "queued\n");
  EXPECT_EQ(sql("SELECT state FROM agents"), "stopped\n");
  queue("resume");
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(sql("SELECT group_concat(attempt || coalesce(outcome, '')) FROM "
                "queue_attempts"),
            "1cancelled,2\n");
}

TEST_F(QueueRun, KnowsWhatWasLaunchedByHand) {
  add("a.md");
  box.ok("git orch launch a.md --runtime script --plan 1 -q");
  EXPECT_EQ(states(), "running\n");
  EXPECT_EQ(queue("run").status, 0);
  report("done", "a");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "done"));
  EXPECT_EQ(sql("SELECT attempt, outcome FROM queue_attempts"), "1|done\n");
}

}  // namespace
}  // namespace orch::test
