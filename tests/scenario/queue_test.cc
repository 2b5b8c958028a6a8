// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// The batch queue before anything of it runs.
class Queue : public ::testing::Test {
 protected:
  Queue() {
    box.make_repository();
    box.ok("git orch init -q");
    spec("a");
    spec("b");
  }
  // A specification of its own text.
  void spec(const std::string& name) const {
    box.write(box.repo() + "/" + name + ".md",
              kGoalsSpec + ("- " + name + "\n"));
  }
  Result queue(const std::string& args) const {
    return box.type("git orch queue " + args);
  }
  json::Value data(const std::string& args) const {
    const Result r = queue(args + " --json");
    EXPECT_EQ(r.status, 0) << args << r.out << r.err;
    return r.data();
  }
  void refuses(const std::string& args, const std::string& why,
               const std::string& hint) const {
    const Result r = queue(args);
    EXPECT_EQ(r.status, 129) << args << r.out;
    EXPECT_TRUE(holds(r.err, why));
    EXPECT_TRUE(holds(r.err, hint));
  }
  Sandbox box;
};

TEST_F(Queue, TakesSpecificationsAsOneBatchEachTextOnce) {
  EXPECT_EQ(queue("").out, "nothing waits or runs\n");
  const json::Value added = data("add a.md b.md --priority 3 --time-limit 6h");
  EXPECT_EQ(added["batch"], json::Value(1));
  const json::Value& item = (*added["items"].as_array())[0];
  EXPECT_EQ(item["spec_path"], json::Value(box.repo() + "/a.md"));
  EXPECT_EQ(item["spec_id"], json::Value("a"));
  EXPECT_EQ(item["state"], json::Value("queued"));
  EXPECT_EQ(item["priority"], json::Value(3));
  EXPECT_EQ(item["time_limit"], json::Value("6h"));
  EXPECT_EQ(item["retries"], json::Value(0));
  EXPECT_TRUE(item["started_at"].is_null());
  // The same text again, under whatever name, is the item that is there.
  box.ok("cp a.md again.md");
  spec("c");
  const json::Value more = data("add again.md c.md");
  EXPECT_EQ(more["batch"], json::Value(2));
  const json::Value& there = (*more["items"].as_array())[0];
  EXPECT_EQ(there["id"], json::Value(1));
  EXPECT_EQ(there["batch"], json::Value(1));
  EXPECT_TRUE(holds(*there["reason"].as_string(), "was there before"));
  EXPECT_TRUE(holds(queue("add again.md").out, "all of them wait already"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM queue"), "3\n");
  EXPECT_EQ(data("list --batch 2")["items"].as_array()->size(), 1U);
  EXPECT_EQ((*data("list")["batches"].as_array())[0]["queued"], json::Value(2));
  EXPECT_TRUE(holds(queue("list --batch 9").err, "there is no batch 9"));
}

TEST_F(Queue, SaysWhyAnItemWaits) {
  queue("add a.md b.md");
  EXPECT_TRUE(holds(queue("list").out, "the queue is off: git orch queue run"));
  EXPECT_TRUE(holds(queue("add a.md").out, "start them with: git orch queue"));
  EXPECT_TRUE(holds(queue("pause").err, "the queue is off"));
  queue("pause 1");
  EXPECT_EQ(box.sql("SELECT status, reason FROM queue WHERE id = 1"),
            "paused|by hand: git orch queue resume 1\n");
  EXPECT_EQ(queue("list --porcelain").lines()[0].find("1\t1\t"), 0U);
  queue("resume 1");
  EXPECT_EQ(box.sql("SELECT status FROM queue WHERE id = 1"), "queued\n");
}

TEST_F(Queue, KeepsLaunchOptionsAndRefusesThoseThatAreNone) {
  queue(
      "add a.md --team overseer-3 --roles researcher --size small "
      "--plan pro --runtime script --base main");
  EXPECT_EQ(box.sql("SELECT options FROM queue"),
            R"({"team":"overseer-3","roles":"researcher","plan":"pro",)"
            R"("size":"small","runtime":"script","base":"main",)"
            R"("head":"main"})"
            "\n");
  for (const auto& [option, why] :
       std::vector<std::pair<std::string, std::string>>{
           {"--team overser-3", "overser-3"},
           {"--roles reseacher", "did you mean 'researcher'"},
           {"--size smal", "did you mean 'small'"},
           {"--plan prou", "prou"},
           {"--runtime scirpt", "did you mean 'script'"},
           {"--base man", "there is no branch 'man'"},
           {"--priority 1001", "'--priority' must be between"},
           {"--time-limit 0s", "'--time-limit' must be 1s or more"}}) {
    const Result r = queue("add b.md " + option);
    EXPECT_NE(r.status, 0) << option;
    EXPECT_TRUE(holds(r.err, why)) << option;
  }
  EXPECT_EQ(box.sql("SELECT count(*) FROM queue"), "1\n");
  // What several specifications are launched with is kept, too.
  EXPECT_TRUE(
      holds(box.ok("git orch launch a.md b.md --runtime script --plan pro"),
            "start them, one after the other: git orch queue run"));
  EXPECT_EQ(box.sql("SELECT options FROM queue WHERE id = 2"),
            R"({"plan":"pro","runtime":"script","head":"main"})"
            "\n");
}

TEST_F(Queue, RefusesWhatAStateDoesNotAllow) {
  queue("add a.md");
  const Result none = queue("show 2");
  EXPECT_EQ(none.status, 128);
  EXPECT_TRUE(holds(none.err, "there is no item 2 in the queue"));
  refuses("retry 1", "cannot retry item 1 (a): it waits",
          "git orch queue cancel 1");
  refuses("reset 1", "cannot reset item 1 (a): it waits", "pause 1");
  refuses("rm 1", "cannot remove item 1 (a): it waits",
          "git orch queue cancel 1");
  EXPECT_EQ(queue("cancel 1").status, 0);
  EXPECT_EQ(box.sql("SELECT status, reason FROM queue"), "dead|cancelled\n");
  refuses("cancel 1", "cannot cancel item 1 (a): it is dead",
          "git orch queue reset 1, or git orch queue rm 1");
  refuses("pause 1", "it is dead", "git orch queue reset 1");
  refuses("resume 1", "it is dead", "git orch queue reset 1");
  refuses("retry 1", "it is dead", "git orch queue reset 1");
  refuses("retry", "name the items, or one of '--batch' and '--last'", "");
  EXPECT_TRUE(holds(queue("retry --last").err, "no item has failed"));
  EXPECT_TRUE(holds(queue("retry --batch 1").err, "no item of batch 1"));
  EXPECT_TRUE(holds(queue("retyr 1").err, "did you mean 'retry'"));
  EXPECT_TRUE(holds(queue("run --jobs 0").err, "between 1 and 100"));
  box.ok("git config orch.queueTimeLimit soon");
  EXPECT_TRUE(holds(queue("run").err, "bad value 'soon' for orch.queueTime"));
}

TEST_F(Queue, WarnsOfAMissingAgentCliWhenSomethingIsAdded) {
  const std::string few = "PATH=" ORCH_BUILD_DIR "/bin:/usr/bin:/bin ";
  const std::string add = few + "git orch queue add ";
  EXPECT_TRUE(
      box.type(add + "a.md")
          .err.starts_with("warning: no known agent CLI is on PATH; a start "
                           "fails unless one is "
                           "named by --runtime, orch.runtime or the roles\n"));
  EXPECT_TRUE(box.type(add + "b.md --runtime claude")
                  .err.starts_with("warning: cannot find 'claude' of runtime "
                                   "'claude' on PATH, so a start fails\n"));
  spec("c");
  EXPECT_EQ(box.type(add + "c.md --runtime script").err, "");
}

TEST_F(Queue, SaysHowManyHaveFailedAndWhatShowsThem) {
  queue("add a.md b.md --runtime script -q");
  box.sql("UPDATE queue SET status = 'running'");
  box.sql("UPDATE queue SET status = 'failed', reason = 'no'");
  EXPECT_EQ(queue("").out,
            "nothing waits or runs\n"
            "2 items have failed: git orch queue list --all\n");
  EXPECT_FALSE(holds(queue("list --all").out, "have failed"));
}

TEST_F(Queue, BringsBackAndRemovesWhatHasEnded) {
  queue("add a.md");
  queue("cancel 1");
  EXPECT_EQ(queue("").out, "nothing waits or runs\n");
  EXPECT_TRUE(holds(queue("list --all").out, "dead"));
  EXPECT_TRUE(holds(queue("-a").out, "cancelled"));
  // Not while the same text waits elsewhere.
  queue("add a.md");
  const Result r = queue("reset 1");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "the same text waits as item 2"));
  queue("cancel 2");
  EXPECT_EQ(queue("reset 1").status, 0);
  EXPECT_EQ(box.sql("SELECT status FROM queue WHERE id = 1"), "queued\n");
  EXPECT_EQ(queue("rm 2").status, 0);
  EXPECT_EQ(box.sql("SELECT group_concat(id) FROM queue"), "1\n");
}

TEST_F(Queue, EndsABatchOnce) {
  queue("add a.md b.md");
  queue("cancel 1");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'batch_ended'"),
            "0\n");
  queue("cancel 2");
  const std::string ended =
      "SELECT message, metadata FROM task_events WHERE event_type = "
      "'batch_ended'";
  EXPECT_EQ(box.sql(ended),
            "batch 1: 0 done, 0 failed, 2 dead|"
            R"({"batch":1,"done":0,"failed":0,"dead":2})"
            "\n");
  queue("reset 1");
  queue("cancel 1");
  EXPECT_EQ(box.sql("SELECT count(*) FROM (" + ended + ")"), "1\n");
}

TEST_F(Queue, LaunchesNoItemThatNobodyStarted) {
  queue("add a.md");
  EXPECT_EQ(box.ok("git orch launch --item 1"),
            "item 1 has nothing to launch\n");
  EXPECT_EQ(box.sql("SELECT status FROM queue"), "queued\n");
}

TEST_F(Queue, IsChangedByAPersonAndAnOverseerOnly) {
  box.ok("git orch init-feature -q 001 --roles overseer,impl-api");
  const auto says = [&](const std::string& role) {
    box.script(role, "await-message\nrun git orch queue add a.md\n");
    box.write(box.worktree("001", role) + "/a.md", kGoalsSpec);
    box.ok("git orch agent start -q --runtime script 001/" + role);
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return box.sql("SELECT state FROM agents WHERE role = '" + role + "'") ==
             "idle\n";
    }));
    return box.ok("git orch agent log 001/" + role);
  };
  EXPECT_TRUE(
      holds(says("impl-api"), "'001/impl-api' may not change the queue"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM queue"), "0\n");
  says("overseer");
  EXPECT_EQ(box.sql("SELECT count(*) FROM queue"), "1\n");
}

}  // namespace
}  // namespace orch::test
