// SPDX-License-Identifier: MIT
//
// The tmux server below the agents goes, or does not answer.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SendServer : public ::testing::Test {
 protected:
  SendServer() {
    box.make_repository();
    box.ok("git config orch.tmuxSocket " + box.path("server"));
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    start();
  }
  void start() const {
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] { return state() == "idle\n"; }));
  }
  std::string state() const {
    return box.sql("SELECT state FROM agents WHERE role = 'impl-api'");
  }
  std::string level() const {
    return box.sql("SELECT level FROM messages WHERE text = 'hello'");
  }
  // How often it went in, by whatever way.
  std::string times() const {
    return box.sql(
        "SELECT count(*) FROM message_attempts WHERE message_id = "
        "(SELECT id FROM messages WHERE text = 'hello') AND outcome IN "
        "('typed', 'handed over')");
  }
  std::string server_pid() const {
    std::string pid =
        box.run_in(box.repo(), {"tmux", "-S", box.path("server"),
                                "display-message", "-p", "#{pid}"})
            .out;
    pid.pop_back();
    return pid;
  }
  Sandbox box;
};

TEST_F(SendServer, IsKilledAndWhatWaitsGoesIntoTheNextOne) {
  box.ok("kill -9 " + server_pid());
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return state() == "exited\n" || state() == "lost\n";
  }));
  EXPECT_TRUE(holds(box.ok("git orch send impl-api -m hello"),
                    "queued (the agent is "));
  start();
  EXPECT_TRUE(eventually([&] { return level() == "acked\n"; }));
  EXPECT_EQ(times(), "1\n");
}

TEST_F(SendServer, DoesNotAnswerAndNothingIsTypedUntilItDoes) {
  const std::string pid = server_pid();
  box.ok("kill -STOP " + pid);
  // With no tick beside it, which would be at the same pane.
  EXPECT_EQ(
      box.ok("flock -o .git/orch/lock/tick git orch send impl-api -m hello"),
      "message 2 to 001-a/impl-api: queued (tmux did not show the "
      "pane)\n");
  EXPECT_EQ(state(), "idle\n");
  EXPECT_EQ(times(), "0\n");
  box.ok("kill -CONT " + pid);
  // Nobody types a command: it is looked at again.
  EXPECT_TRUE(eventually([&] { return level() == "acked\n"; }));
  EXPECT_EQ(times(), "1\n");
}

}  // namespace
}  // namespace orch::test
