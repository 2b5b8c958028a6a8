// SPDX-License-Identifier: MIT
//
// Whose branch may be moved while agents run.
#include "support/acting_agent.h"

namespace orch::test {
namespace {

class SyncAgent : public ::testing::Test {
 protected:
  SyncAgent() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    api = box.worktree("001-a", "impl-api");
    const std::string overseer = box.worktree("001-a", "overseer");
    box.write(overseer + "/shared.cc", "shared\n");
    box.ok_in(overseer, "git add -A");
    box.ok_in(overseer, "git commit -qm shared");
  }

  bool is(const std::string& role, const std::string& state) const {
    return eventually([&] {
      box.ok("git orch tick -q");
      return box.sql("SELECT state FROM agents WHERE role = '" + role + "'") ==
             state + "\n";
    });
  }
  // What a sync of impl-api says. While it reads a message it is busy for a
  // moment, whatever it was before: that answer is not waited out by the verb,
  // but here.
  std::string outcome(int status, const std::string& passing = "busy") const {
    Result r;
    std::string told;
    eventually([&] {
      r = box.type("git orch sync run impl-api --json");
      const json::Value data = r.data();
      const json::Value& row = data["agents"].as_array()->at(0);
      const std::string* reason = row["reason"].as_string();
      told = *row["outcome"].as_string() + (reason ? ": " + *reason : "");
      return told != "skipped: it is " + passing;
    });
    EXPECT_EQ(r.status, status) << r.out << r.err;
    return told;
  }
  void agree(const std::string& how) const {
    box.write(box.repo() + "/.git/orch/policy.yaml",
              "sync:\n  agree: " + how + "\n");
  }
  Sandbox box;
  std::string api;
};

TEST_F(SyncAgent, ThatIsIdleIsMovedWhenThePolicySaysSo) {
  box.script("impl-api", "await-message proceed\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(is("impl-api", "idle"));
  EXPECT_EQ(outcome(4),
            "skipped: it runs and has not agreed (sync.agree: ask)");
  agree("never");
  EXPECT_EQ(outcome(4),
            "skipped: the policy leaves it to the agent (sync.agree: never)");
  agree("idle");
  EXPECT_EQ(outcome(0), "forwarded");
  EXPECT_EQ(box.read(api + "/shared.cc"), "shared\n");
  // It hears of it, once.
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT count(*) FROM messages WHERE level IN ('read', "
               "'acked') AND text LIKE 'your branch was brought up to %'") ==
           "1\n";
  }));
}

TEST_F(SyncAgent, ThatIsBusyOrAsksAPersonIsLeftAlone) {
  agree("idle");
  box.script("impl-api", "hang\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(is("impl-api", "busy"));
  EXPECT_EQ(outcome(4, "idle"), "skipped: it is busy");
  box.sql("UPDATE agents SET state = 'needs-human' WHERE role = 'impl-api'");
  EXPECT_EQ(outcome(4), "skipped: it is needs-human");
  EXPECT_EQ(box.type("test -e " + api + "/shared.cc").status, 1);
  // One that was stopped is not asked.
  agree("ask");
  box.ok("git orch agent stop impl-api -q");
  EXPECT_EQ(outcome(0), "forwarded");
}

TEST_F(SyncAgent, MayBeMovedOnceByAnAskOfItsOwn) {
  ActingAgent agent(box, "impl-api", {"git orch ask sync -m now -q"});
  EXPECT_TRUE(holds(agent.act(""), "exit 0"));
  ASSERT_TRUE(is("impl-api", "idle"));
  EXPECT_EQ(outcome(4),
            "skipped: it runs and has not agreed (sync.agree: ask)");
  box.ok("git orch ask approve 1 -q");
  ASSERT_TRUE(is("impl-api", "idle"));
  EXPECT_EQ(outcome(0), "forwarded");
  const std::string overseer = box.worktree("001-a", "overseer");
  box.ok_in(overseer, "git commit -q --allow-empty -m more");
  ASSERT_TRUE(is("impl-api", "idle"));
  EXPECT_EQ(outcome(4),
            "skipped: it runs and has not agreed (sync.agree: ask)");
}

TEST_F(SyncAgent, SyncsItselfAndNobodyElse) {
  ActingAgent agent(box, "impl-api",
                    {"git orch sync run overseer", "git orch sync run"});
  const std::string refused = agent.act("");
  EXPECT_TRUE(holds(refused, "may not sync '001-a/overseer'"));
  EXPECT_TRUE(holds(refused, "exit 2"));
  const std::string done = agent.act("");
  EXPECT_TRUE(holds(done, "forwarded"));
  EXPECT_TRUE(holds(done, "exit 0"));
  EXPECT_FALSE(holds(done, "\n001-a/overseer "));
  EXPECT_EQ(box.read(api + "/shared.cc"), "shared\n");
  // It knows already.
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE text LIKE 'your "
                    "branch was %'"),
            "0\n");
}

TEST_F(SyncAgent, ThatSomebodyStartedByHandIsAtWorkToo) {
  box.write(box.path("bin") + "/claude", "#!/bin/sh\nread x <go\n");
  box.ok("chmod +x " + box.path("bin") + "/claude");
  box.ok_in(api, "mkfifo go");
  const Result r = box.run_in(
      api, {"sh", "-ec",
            box.path("bin") +
                "/claude & "
                "until [ \"$(cat /proc/$!/comm)\" = claude ]; do :; done; "
                "git orch sync run impl-api || echo \"exit $?\"; echo >go; "
                "wait"});
  EXPECT_TRUE(holds(r.out, "works in its worktree"));
  EXPECT_TRUE(holds(r.out, "exit 4"));
}

}  // namespace
}  // namespace orch::test
