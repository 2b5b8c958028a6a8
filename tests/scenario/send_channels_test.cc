// SPDX-License-Identifier: MIT
//
// Ways into an agent other than keys, and what proves that a message is there.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SendChannels : public ::testing::Test {
 protected:
  SendChannels() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  json::Value agent() const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["role"] == json::Value("impl-api")) return a;
    return {};
  }
  bool is(const char* state) const {
    return agent()["state"] == json::Value(state);
  }
  void start(const char* state) const {
    box.ok("git orch agent start impl-api --runtime script -q");
    ASSERT_TRUE(eventually([&] { return is(state); }));
    // The brief is out of the way.
    ASSERT_TRUE(eventually([&] {
      return box.sql(
                 "SELECT count(*) FROM messages WHERE kind = 'brief' AND level "
                 "IN ('queued', 'typed')") == "0\n";
    }));
  }
  std::string pid() const {
    return std::to_string(agent()["pid"].as_integer().value_or(0));
  }
  // The levels of what a person sent, oldest first.
  std::string levels() const {
    return box.sql(
        "SELECT group_concat(level, ' ') FROM messages WHERE sender = "
        "'person'");
  }
  std::string channels() const {
    return box.sql(
        "SELECT channel || ' ' || outcome FROM message_attempts WHERE "
        "message_id = (SELECT max(id) FROM messages WHERE sender = "
        "'person') ORDER BY id");
  }
  bool becomes(const std::string& wanted) const {
    return eventually([&] {
      box.ok("git orch tick -q");
      return levels() == wanted + "\n";
    });
  }
  // How often the conversation has the text of the last message.
  int recorded() const {
    const std::string path =
        box.sql("SELECT transcript FROM agents WHERE role = 'impl-api'");
    const std::string id = box.sql(
        "SELECT max(id) FROM messages WHERE sender = "
        "'person'");
    const std::string bytes = box.read(path.substr(0, path.find('\n')));
    const std::string header =
        "[orch message " + id.substr(0, id.find('\n')) + " from";
    int times = 0;
    for (std::size_t at = bytes.find(header); at != std::string::npos;
         at = bytes.find(header, at + 1))
      ++times;
    return times;
  }
  Sandbox box;
};

TEST_F(SendChannels, HandABusyAgentItsMessageAtTheEndOfItsTurn) {
  box.script("impl-api", "await-file " + box.path("go") + "\n");
  start("busy");
  EXPECT_EQ(box.ok("git orch send impl-api -m hello"),
            "message 2 to 001-a/impl-api: queued (the agent is busy)\n");
  box.write(box.path("go"), "");
  EXPECT_TRUE(becomes("acked"));
  EXPECT_EQ(channels(), "hook handed over\n");
  EXPECT_EQ(recorded(), 1);
  EXPECT_TRUE(holds(box.ok("git orch agent log impl-api"), "hello"));
}

TEST_F(SendChannels, AreProvenByTheConversationWhereNobodyAcknowledges) {
  box.script("impl-api", "no-ack\n");
  start("idle");
  const Result r =
      box.type("git orch send impl-api -m hello --wait read --timeout 60");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "message 2 to 001-a/impl-api: read\n");
  EXPECT_EQ(
      box.sql("SELECT submitted_at <= read_at FROM messages WHERE id = 2"),
      "1\n");
}

// Nobody types a command meanwhile, and no hook tells.
TEST_F(SendChannels, PressAnEatenEnterAgainByThemselves) {
  box.script("impl-api", "eat-enter 1\n");
  start("idle");
  EXPECT_EQ(box.type("git orch send impl-api -m hello --wait acked").status, 0);
  EXPECT_EQ(channels(), "paste typed\nsubmit-again pressed\n");
}

TEST_F(SendChannels, PressItAlsoWhenNobodyWaits) {
  box.script("impl-api", "eat-enter 1\n");
  start("idle");
  box.ok("git orch send impl-api -m hello -q");
  EXPECT_TRUE(eventually([&] { return levels() == "acked\n"; }));
}

TEST_F(SendChannels, GoInWhenThePersonInCopyModeHasLeft) {
  start("idle");
  box.ok("git config orch.tmuxSocket " + box.path("other"));
  box.ok("git orch agent restart impl-api -q");
  ASSERT_TRUE(eventually([&] { return is("idle"); }));
  const std::vector<std::string> tmux = {"tmux", "-S", box.path("other")};
  const std::string pane = *agent()["pane"].as_string();
  const auto in_pane = [&](std::vector<std::string> args) {
    args.insert(args.begin(), tmux.begin(), tmux.end());
    return box.run_in(box.repo(), args).status;
  };
  ASSERT_EQ(in_pane({"copy-mode", "-t", pane}), 0);
  EXPECT_TRUE(holds(box.ok("git orch send impl-api -m hello"),
                    "queued (somebody is in copy mode in the pane)"));
  // What it was told behind its start may still be on its way to its hook.
  EXPECT_TRUE(eventually([&] {
    return box.ok("git orch agent list -v").find("its hook said so") !=
           std::string::npos;
  }));
  ASSERT_EQ(in_pane({"send-keys", "-t", pane, "-X", "cancel"}), 0);
  EXPECT_TRUE(eventually([&] { return levels() == "acked\n"; }));
}

TEST_F(SendChannels, TypeAgainWhatDiedWithItsAgent) {
  box.script("impl-api", "die-at-prompt\n");
  start("idle");
  box.ok("git orch send impl-api -m hello --wait submitted --timeout 60");
  ASSERT_TRUE(eventually([&] { return is("exited"); }));
  EXPECT_EQ(recorded(), 0);
  const std::string before = box.sql(
      "SELECT conversation FROM agents WHERE role = "
      "'impl-api'");
  box.script("impl-api", "");
  box.ok("git orch agent start impl-api -q");
  EXPECT_TRUE(becomes("acked"));
  EXPECT_EQ(recorded(), 1);
  EXPECT_EQ(box.sql("SELECT conversation FROM agents WHERE role = 'impl-api'"),
            before);
}

// Whoever found that it was lost had no turn to type it, or was killed.
TEST_F(SendChannels, TypeAgainWhatWasFoundToBeLost) {
  start("idle");
  box.sql(
      "INSERT INTO messages(uid, sender, agent_id, text, level, sent_at) "
      "SELECT x'77', 'person', id, 'hello', 'submitted', 1 FROM agents WHERE "
      "role = 'impl-api'");
  EXPECT_TRUE(becomes("acked"));
  EXPECT_EQ(recorded(), 1);
}

// It was written down before its agent died, so it is not typed again.
TEST_F(SendChannels, TypeNothingTwiceIntoOneConversation) {
  box.script("impl-api", "no-ack\nhang\n");
  start("busy");
  box.ok("git orch agent stop impl-api -q");
  box.script("impl-api", "no-ack\nawait-message hello\nhang\n");
  box.ok("git orch agent start impl-api -q");
  ASSERT_TRUE(eventually([&] { return is("idle"); }));
  box.ok("git orch send impl-api -m hello --wait submitted --timeout 60");
  ASSERT_TRUE(eventually([&] { return recorded() == 1; }));
  box.ok("kill -9 " + pid());
  ASSERT_TRUE(eventually([&] { return is("exited"); }));
  box.script("impl-api", "");
  box.ok("git orch agent start impl-api -q");
  EXPECT_TRUE(becomes("read"));
  EXPECT_EQ(recorded(), 1);
}

TEST_F(SendChannels, LeaveAPaneAloneWhileTheAgentIsNotInFront) {
  start("idle");
  const std::string own = pid();
  box.ok("kill -STOP " + own);
  ASSERT_TRUE(eventually(
      [&] { return box.ok("ps -o stat= -p " + own).starts_with("T"); }));
  const Result r = box.type("git orch send impl-api -m hello");
  EXPECT_EQ(r.out,
            "message 2 to 001-a/impl-api: queued (the agent is suspended, or "
            "another program is in front)\n");
  box.ok("kill -CONT " + own);
  EXPECT_TRUE(becomes("acked"));
}

}  // namespace
}  // namespace orch::test
