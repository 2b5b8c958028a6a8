// SPDX-License-Identifier: MIT
//
// What a pane shows decides whether it is typed into.
#include "support/sandbox.h"

namespace orch::test {
namespace {

// A program that shows what is typed, as a prompt with an editor does.
constexpr char kEcho[] = R"(version: 1
name: echo
about: shows what is typed
start: [/bin/sh, -c, "printf 'ready\n'; exec cat"]
submit:
  - {keys: [Enter], delay_ms: 300, retry: 3}
signs:
  - {state: exited, source: process}
  - {state: needs-human, source: screen, lines: 6, pattern: 'Allow this\?', priority: 90}
  - {state: draft, source: screen, lines: 1, pattern: '^draft', priority: 80}
  - {state: idle, source: screen, lines: 50, pattern: 'ready'}
)";

class SendPanes : public ::testing::Test {
 protected:
  SendPanes() {
    box.make_repository();
    box.ok("git config orch.tmuxSocket " + socket());
    box.ok("git orch init -q");
    box.write(box.path("repo/.git/orch/runtimes/echo.yaml"), kEcho);
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  void start() const {
    box.ok("git orch agent start impl-api --runtime echo -q");
    ASSERT_TRUE(eventually([&] { return attempts(1).ends_with("pressed\n"); }))
        << attempts(1);
    // No hook says that the turn is over.
    box.sql(
        "UPDATE agents SET state = 'idle', state_source = 'hook' WHERE "
        "role = 'impl-api'");
  }
  std::string attempts(int message) const {
    return box.sql(
        "SELECT channel || ' ' || outcome FROM message_attempts WHERE "
        "message_id = " +
        std::to_string(message) + " ORDER BY id");
  }
  std::string state() const {
    return box.sql(
        "SELECT state || ' ' || state_source FROM agents WHERE role = "
        "'impl-api'");
  }
  void tmux(const std::vector<std::string>& args) const {
    std::vector<std::string> argv = {"tmux", "-S", socket()};
    argv.insert(argv.end(), args.begin(), args.end());
    EXPECT_EQ(box.run_in(box.repo(), argv).status, 0);
  }
  std::string socket() const { return box.path("panes"); }
  std::string pane() const {
    std::string out =
        box.sql("SELECT pane FROM agents WHERE role = 'impl-api'");
    out.pop_back();
    return out;
  }
  std::string screen() const {
    return box
        .run_in(box.repo(),
                {"tmux", "-S", socket(), "capture-pane", "-p", "-t", pane()})
        .out;
  }
  Sandbox box;
};

TEST_F(SendPanes, GetTheirKeyInACallOfItsOwnBehindTheDelay) {
  start();
  EXPECT_EQ(attempts(1), "paste typed\nsubmit pressed\n");
  box.ok("git orch send impl-api -m hello -q");
  EXPECT_EQ(attempts(2), "paste typed\nsubmit pressed\n");
}

TEST_F(SendPanes, AreLeftAloneWhileSomebodyWrites) {
  start();
  tmux({"send-keys", "-t", pane(), "-l", "draft of a person"});
  ASSERT_TRUE(eventually(
      [&] { return screen().find("draft of a person") != std::string::npos; }));
  EXPECT_EQ(box.ok("git orch send impl-api -m hello"),
            "message 2 to 001-a/impl-api: queued (somebody is writing in the "
            "pane)\n");
  EXPECT_EQ(attempts(2), "");
  tmux({"send-keys", "-t", pane(), "Enter"});
  ASSERT_TRUE(eventually([&] {
    return screen().find("person\ndraft of a person\n") != std::string::npos;
  }));
  tmux({"send-keys", "-t", pane(), "ready", "Enter"});
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return attempts(2) == "paste typed\nsubmit pressed\n";
  }));
}

TEST_F(SendPanes, AreNeverTypedIntoWhileADialogIsOpen) {
  start();
  tmux({"send-keys", "-t", pane(), "Allow this?", "Enter"});
  ASSERT_TRUE(eventually(
      [&] { return screen().find("Allow this?") != std::string::npos; }));
  EXPECT_EQ(box.ok("git orch send impl-api -m hello"),
            "message 2 to 001-a/impl-api: queued (the pane shows a dialog)\n");
  EXPECT_EQ(state(), "needs-human screen\n");
  EXPECT_EQ(attempts(2), "");
  EXPECT_EQ(box.sql("SELECT role FROM task_events WHERE event_type = "
                    "'needs_human'"),
            "impl-api\n");
  // The overseer is told, once.
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(box.ok("git orch inbox --all --agent overseer"),
                    "001-a/impl-api waits for a person"));
  EXPECT_EQ(
      box.sql("SELECT count(*) FROM messages WHERE text LIKE '%waits for a "
              "person%'"),
      "1\n");
}

TEST_F(SendPanes, GetNoKeyWhenADialogOpensBehindThePaste) {
  start();
  // The pasted text itself is what the sign takes for a dialog.
  const Result r = box.type("git orch send impl-api -m 'Allow this?'");
  EXPECT_EQ(r.out,
            "message 2 to 001-a/impl-api: typed (the pane shows a dialog)\n");
  EXPECT_EQ(attempts(2), "paste typed\n");
  EXPECT_EQ(state(), "needs-human screen\n");
}

TEST_F(SendPanes, ShowADialogToTheTickWhereNoHookTells) {
  start();
  tmux({"send-keys", "-t", pane(), "Allow this?", "Enter"});
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return state() == "needs-human screen\n";
  }));
  EXPECT_TRUE(holds(box.ok("git orch agent list -v"),
                    "its screen shows it; answer with: git orch agent attach "
                    "001-a/impl-api"));
}

}  // namespace
}  // namespace orch::test
