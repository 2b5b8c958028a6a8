// SPDX-License-Identifier: MIT
#include "support/queue.h"

namespace orch::test {
namespace {

// Items that are tried again.
class QueueRetry : public QueueTest {
 protected:
  void fail(const std::string& feature) const {
    report("failed", feature);
    EXPECT_TRUE(
        becomes("SELECT count(*) FROM queue WHERE status = 'running'", "0"));
  }
  void run_and_fail() const {
    add("a.md");
    queue("run");
    EXPECT_TRUE(is_launched("1"));
    fail("a");
    EXPECT_EQ(states(), "failed\n");
  }
  void adviser(const std::string& body) const {
    box.write(box.path("adviser"),
              "#!/bin/sh\ncat > " + box.path("asked") + "\n" + body);
    box.ok("chmod +x " + box.path("adviser"));
    box.ok("git config --global orch.adviseCommand " + box.path("adviser"));
  }
};

TEST_F(QueueRetry, GoesOnInTheSameWorktrees) {
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  const std::string worktree = box.worktree("a", "orchestrator");
  box.ok_in(worktree, "git commit -q --allow-empty -m work");
  box.write(worktree + "/open.txt", "not committed\n");
  fail("a");
  const Result r = queue("retry 1");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(sql("SELECT group_concat(spec_id) FROM features"), "a\n");
  EXPECT_EQ(box.ok("git log --format=%s -1 feature/a/orchestrator"), "work\n");
  EXPECT_EQ(box.read(worktree + "/open.txt"), "not committed\n");
  EXPECT_EQ(sql("SELECT retry_count FROM queue"), "1\n");
  EXPECT_EQ(sql("SELECT group_concat(attempt || coalesce(outcome, '')) FROM "
                "queue_attempts"),
            "1failed,2\n");
  // What failed before does not count again.
  report("done", "a");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "done"));
}

TEST_F(QueueRetry, BeginsAnewBesideWhatIsThere) {
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  const std::string worktree = box.worktree("a", "orchestrator");
  box.ok_in(worktree, "git commit -q --allow-empty -m work");
  box.write(worktree + "/open.txt", "not committed\n");
  const std::string tip = box.ok("git rev-parse feature/a/orchestrator");
  fail("a");
  EXPECT_EQ(queue("retry 1 --fresh").status, 0);
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(sql("SELECT spec_id, status FROM features ORDER BY id"),
            "a|archived\na-retry1|in-progress\n");
  EXPECT_EQ(sql("SELECT spec_id FROM queue"), "a-retry1\n");
  EXPECT_EQ(box.ok("git rev-parse feature/a-retry1/orchestrator"),
            box.ok("git rev-parse main"));
  // Nothing of the first attempt is gone.
  EXPECT_EQ(box.ok("git rev-parse feature/a/orchestrator"), tip);
  EXPECT_EQ(box.ok("git rev-parse "
                   "refs/orch/backup/feature/a/orchestrator/queue-1-2"),
            tip);
  EXPECT_EQ(box.read(worktree + "/open.txt"), "not committed\n");
  fail("a-retry1");
  // As the way of the whole queue.
  queue("pause");
  queue("retry --last");
  EXPECT_EQ(queue("run --fresh").status, 0);
  EXPECT_TRUE(is_launched("1"));
  EXPECT_EQ(sql("SELECT spec_id FROM queue"), "a-retry2\n");
}

TEST_F(QueueRetry, TellsTheNextAttemptWhatAnAgentCliMadeOfTheEvidence) {
  run_and_fail();
  const std::string before = box.read(box.repo() + "/a.md");
  adviser("echo broken >&2; exit 3\n");
  const Result broken = queue("retry 1 --advise");
  EXPECT_NE(broken.status, 0);
  EXPECT_TRUE(holds(broken.err, "ended with status 3: broken"));
  EXPECT_EQ(states(), "failed\n");
  adviser("echo 'split the model from the API'\n");
  const Result r = queue("retry --batch 1 --advise");
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string asked = box.read(box.path("asked"));
  for (const char* part :
       {"its overseer reported failure: so it is",
        "readers set a goal for the year", "a/orchestrator ("})
    EXPECT_TRUE(holds(asked, part));
  EXPECT_EQ(sql("SELECT advice FROM queue_attempts WHERE attempt = 1"),
            "split the model from the API\n");
  EXPECT_TRUE(holds(queue("show 1").out, "advice:\n    split the model"));
  EXPECT_TRUE(is_launched("1"));
  const std::string brief =
      sql("SELECT text FROM messages WHERE kind = 'brief' ORDER BY id DESC "
          "LIMIT 1");
  EXPECT_TRUE(holds(brief,
                    "This is attempt 2 at this specification. The one before "
                    "failed: its overseer reported failure: so it is."));
  EXPECT_TRUE(holds(brief, "    split the model from the API"));
  EXPECT_EQ(box.read(box.repo() + "/a.md"), before);
}

TEST_F(QueueRetry, TakesTheCommandToAskFromTheCommandLine) {
  run_and_fail();
  adviser("echo 'less at once'\n");
  box.ok("git config --global --unset orch.adviseCommand");
  EXPECT_TRUE(
      holds(queue("retry 1 --advise").err, "orch.adviseCommand is not set"));
  EXPECT_EQ(queue("retry 1 --advise=" + box.path("adviser")).status, 0);
  EXPECT_EQ(sql("SELECT advice FROM queue_attempts WHERE attempt = 1"),
            "less at once\n");
}

TEST_F(QueueRetry, ComesByItselfWhereAskedForAndWaitsLongerEachTime) {
  box.ok("git config orch.queueRetries 9");
  add("a.md");
  queue("run");
  EXPECT_TRUE(is_launched("1"));
  tick_alone();
  std::int64_t now = kNow;
  for (const int minutes : {1, 5, 15}) {
    EXPECT_TRUE(is_launched("1"));
    fail("a");
    EXPECT_EQ(states(), "retrying\n");
    EXPECT_TRUE(holds(queue("list").out, "of 3: its overseer reported"));
    at(now + minutes * kMinute - 1);
    box.ok("git orch tick -q");
    EXPECT_EQ(states(), "retrying\n");
    now += minutes * kMinute;
    at(now);
  }
  EXPECT_TRUE(is_launched("1"));
  fail("a");
  EXPECT_EQ(states(), "dead\n");
  EXPECT_EQ(events("queue_dead"), "1\n");
  EXPECT_EQ(events("batch_ended"), "1\n");
  EXPECT_EQ(sql("SELECT count(*) FROM queue_attempts WHERE evidence LIKE "
                "'%reported failure%'"),
            "4\n");
  EXPECT_TRUE(holds(queue("retry 1").err, "git orch queue reset 1"));
  EXPECT_EQ(queue("reset 1").status, 0);
  EXPECT_EQ(sql("SELECT retry_count FROM queue"), "0\n");
}

TEST_F(QueueRetry, EndsABatchOnceWhateverComesAfter) {
  run_and_fail();
  EXPECT_EQ(events("batch_ended"), "1\n");
  queue("retry 1");
  EXPECT_TRUE(is_launched("1"));
  report("done", "a");
  EXPECT_TRUE(becomes("SELECT status FROM queue", "done"));
  EXPECT_EQ(events("batch_ended"), "1\n");
}

}  // namespace
}  // namespace orch::test
