// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Pause : public ::testing::Test {
 protected:
  Pause() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
    for (const char* role : {"overseer", "impl-api"}) {
      box.script(role, "await-message\n");
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             role);
    }
    EXPECT_TRUE(eventually([&] { return all_idle(); }));
  }
  bool all_idle() const {
    box.ok("git orch tick -q");
    return box.sql("SELECT count(*) FROM agents WHERE state = 'idle'") == "2\n";
  }
  std::string level(const std::string& text) const {
    box.ok("git orch tick -q");
    return box.sql("SELECT level FROM messages WHERE text LIKE '" + text +
                   "%'");
  }

  Sandbox box;
};

TEST_F(Pause, TellsAgentsAndKeepsTheRestFromThem) {
  EXPECT_TRUE(holds(box.ok("git orch pause impl-api -m \"wait for me\""),
                    "001/impl-api: paused"));
  EXPECT_TRUE(eventually([&] { return level("wait for me") == "acked\n"; }));
  EXPECT_TRUE(eventually([&] {
    return bool(holds(box.ok("git orch agent list"), "idle, paused"));
  }));
  EXPECT_TRUE(holds(box.ok("git orch agent list -v"), "paused; "));
  // Of another agent; what a person says gets through.
  box.sql(
      "INSERT INTO messages(uid, agent_id, sender, text, sent_at) SELECT "
      "randomblob(16), id, '001/overseer', 'from the overseer', 1 FROM agents "
      "WHERE role = 'impl-api'");
  box.ok("git orch send impl-api -q -m \"from a person\"");
  EXPECT_TRUE(eventually([&] { return level("from a person") == "acked\n"; }));
  EXPECT_EQ(level("from the overseer"), "queued\n");
  EXPECT_TRUE(holds(box.sql("SELECT reason FROM messages WHERE text = 'from "
                            "the overseer'"),
                    "the agent is paused"));
  EXPECT_TRUE(holds(box.ok("git orch pause impl-api"), "is paused already"));
  EXPECT_TRUE(holds(box.ok("git orch pause --off impl-api"), "goes on"));
  EXPECT_TRUE(
      eventually([&] { return level("from the overseer") == "acked\n"; }));
  EXPECT_TRUE(eventually(
      [&] { return level("You are no longer paused") == "acked\n"; }));
}

TEST_F(Pause, IsForAllThatRun) {
  box.ok("git orch agent stop -q 001/overseer");
  EXPECT_EQ(box.ok("git orch pause --all"), "001/impl-api: paused\n");
  EXPECT_EQ(box.ok("git orch pause -a"), "nobody runs\n");
  EXPECT_TRUE(holds(box.ok("git orch pause overseer"),
                    "001/overseer: is stopped, and stays so"));
  EXPECT_EQ(box.type("git orch pause --off --json")
                .data()["agents"]
                .as_array()
                ->size(),
            1U);
  EXPECT_EQ(box.ok("git orch pause --off"), "nobody is paused\n");
}

TEST_F(Pause, NeedsToKnowWhom) {
  EXPECT_EQ(box.type("git orch pause").status, 129);
  EXPECT_EQ(box.type("git orch pause --all impl-api").status, 129);
  EXPECT_EQ(box.type("git orch pause nobody").status, 128);
}

TEST_F(Pause, KeepsAnAgentThatCrashedDown) {
  box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
            "name: impl-api\nrestart: always\n");
  box.ok("git orch pause -q impl-api");
  const std::string pid =
      box.sql("SELECT pid FROM agents WHERE role = 'impl-api'");
  box.run_in("/", {"kill", "-9", pid.substr(0, pid.size() - 1)});
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
           "exited\n";
  }));
  EXPECT_EQ(box.sql("SELECT restart_at FROM agents WHERE role = 'impl-api'"),
            "\n");
}

}  // namespace
}  // namespace orch::test
