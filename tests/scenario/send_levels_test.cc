// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SendLevels : public ::testing::Test {
 protected:
  SendLevels() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  json::Value agent(const std::string& role = "impl-api") const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["role"] == json::Value(role)) return a;
    return {};
  }
  bool is(const char* state, const std::string& role = "impl-api") const {
    return agent(role)["state"] == json::Value(state);
  }
  void start(const std::string& role = "impl-api",
             const char* state = "idle") const {
    box.ok("git orch agent start " + role + " --runtime script -q");
    ASSERT_TRUE(eventually([&] { return is(state, role); }));
  }
  std::string log() const { return box.ok("git orch agent log impl-api"); }
  static int count(const std::string& text, const std::string& part) {
    int n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos;
         at = text.find(part, at + 1))
      ++n;
    return n;
  }
  // "to level (reason)" of one message.
  std::string sent(const std::string& line) const {
    const Result r = box.type(line);
    const std::size_t to = r.out.find("to ");
    return to == std::string::npos
               ? r.out + r.err
               : r.out.substr(to) + "exit " + std::to_string(r.status);
  }
  // The server of this sandbox, asked directly.
  Result tmux(const std::vector<std::string>& args) const {
    std::string socket = box.ok("ls " + box.path("run/git-orch"));
    socket = socket.substr(0, socket.find_first_of(".\n"));
    std::vector<std::string> argv = {"tmux", "-S",
                                     box.path("run/git-orch/" + socket)};
    argv.insert(argv.end(), args.begin(), args.end());
    return box.run_in(box.repo(), argv);
  }
  Sandbox box;
};

TEST_F(SendLevels, ReachesEachLevelThatIsAskedFor) {
  start();
  int rank = 0;
  const std::vector<std::string> levels = {"queued", "typed", "submitted",
                                           "read", "acked"};
  for (const std::string& level : levels) {
    const Result r =
        box.type("git orch send impl-api -m hello --json --wait " + level);
    EXPECT_EQ(r.status, 0) << level << r.out;
    const std::string reached =
        *(*r.data()["messages"].as_array())[0]["level"].as_string();
    EXPECT_GE(std::find(levels.begin(), levels.end(), reached),
              levels.begin() + rank++)
        << reached;
  }
}

TEST_F(SendLevels, ReachExactlyTheAgentThatIsNamed) {
  for (const char* role : {"overseer", "impl-api", "impl-ui"}) start(role);
  const auto inboxes = [&](const char* role) {
    return box.ok(std::string("git orch inbox --all --json --agent ") + role);
  };
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM messages WHERE level = 'acked'") ==
           "3\n";
  }));
  const std::string overseer = inboxes("overseer"), ui = inboxes("impl-ui");
  EXPECT_EQ(sent("git orch send impl-api -m 'only you' --wait acked"),
            "to 001-a/impl-api: acked\nexit 0");
  EXPECT_EQ(inboxes("overseer"), overseer);
  EXPECT_EQ(inboxes("impl-ui"), ui);
  EXPECT_TRUE(holds(log(), "only you"));
  EXPECT_EQ(box.ok("git orch agent log impl-ui").find("only you"),
            std::string::npos);
}

TEST_F(SendLevels, AreNotReachedByAnAgentThatHangs) {
  box.script("impl-api", "hang\n");
  start("impl-api", "busy");
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT level FROM messages WHERE kind = 'brief'") ==
           "acked\n";
  }));
  const Result r = box.type(
      "git orch send impl-api -m hello --wait typed --timeout 1 --json");
  EXPECT_EQ(r.status, 3);
  EXPECT_TRUE(holds(r.out, R"({"version":1,"ok":true,"data":)"));
  EXPECT_TRUE(holds(r.out, R"("level":"queued","reason":"the agent is busy")"));
  EXPECT_EQ(sent("git orch send impl-api -m hello"),
            "to 001-a/impl-api: queued (the agent is busy)\nexit 0");
}

TEST_F(SendLevels, WaitForAStoppedAgentUntilItStarts) {
  EXPECT_EQ(sent("git orch send impl-api -m hello --wait typed --timeout 0"),
            "to 001-a/impl-api: queued (the agent is not running)\nexit 3");
  start();
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT level FROM messages WHERE text = 'hello'") ==
           "acked\n";
  }));
}

TEST_F(SendLevels, TypeManyWaitingMessagesAsOneLine) {
  for (const char* text : {"first", "second", "third"})
    box.ok(std::string("git orch send impl-api -q -m ") + text);
  start();
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM messages WHERE level = 'acked'") ==
           "4\n";
  }));
  EXPECT_EQ(count(log(),
                  "[orch message 1,2,3] you have 3 messages, read with: "
                  "git orch inbox --ack-all\n"),
            1);
  EXPECT_EQ(log().find("second"), std::string::npos);
}

TEST_F(SendLevels, TypeTheMoreImportantFirst) {
  int id = 0;
  for (const char* priority : {"low", "normal", "high", "critical"})
    EXPECT_EQ(box.ok(std::string("git orch send impl-api -m hello --porcelain "
                                 "--priority ") +
                     priority),
              std::to_string(++id) + "\t001-a/impl-api\tqueued\n");
  start();
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM messages WHERE level = 'acked'") ==
           "5\n";
  })) << log();
  EXPECT_TRUE(holds(log(), "[orch message 4,3,2,1] you have 4 messages"));
}

TEST_F(SendLevels, TypeTheBriefBeforeEverythingElse) {
  box.ok("git orch send impl-api -q -m hurry --priority critical");
  start();
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM messages WHERE level = 'acked'") ==
           "2\n";
  })) << log();
  const std::size_t brief = log().find("You are 001-a/impl-api.");
  ASSERT_NE(brief, std::string::npos) << log();
  EXPECT_LT(brief, log().find("hurry"));
}

TEST_F(SendLevels, NeverTypeIntoADialog) {
  box.script("impl-api", "dialog \"Run rm -rf?\"\n");
  start("impl-api", "needs-human");
  EXPECT_EQ(sent("git orch send impl-api -m '1' --wait typed --timeout 0"),
            "to 001-a/impl-api: queued (the agent is needs-human)\nexit 3");
  box.ok("git orch send impl-api -m yes --priority critical -q");
  for (int i = 0; i < 3; ++i) box.ok("git orch tick -q");
  EXPECT_EQ(
      box.sql("SELECT count(*) FROM message_attempts WHERE message_id > 1"),
      "0\n");
  EXPECT_TRUE(is("needs-human"));
  EXPECT_TRUE(log().ends_with("Run rm -rf?\n> 1. Yes\n  2. No\n")) << log();
  // A person answers in the pane; then the messages go.
  tmux({"send-keys", "-t", *agent()["pane"].as_string(), "Enter"});
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM messages WHERE level = 'acked'") ==
           "3\n";
  })) << log();
}

TEST_F(SendLevels, PressAnEatenEnterAgainAndPasteOnce) {
  box.script("impl-api", "eat-enter 1\n");
  start();
  EXPECT_EQ(sent("git orch send impl-api -m hello --wait typed"),
            "to 001-a/impl-api: typed\nexit 0");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT level FROM messages WHERE text = 'hello'"),
            "typed\n");
  box.set("ORCH_TEST_NOW", "1800000003000");
  box.ok("git orch tick -q");
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch agent list -q");
    return box.sql("SELECT level FROM messages WHERE text = 'hello'") ==
           "acked\n";
  })) << log();
  EXPECT_EQ(
      box.sql("SELECT channel FROM message_attempts WHERE message_id = 2"),
      "paste\nsubmit-again\n");
  EXPECT_EQ(count(log(), "hello\n"), 1);
}

TEST_F(SendLevels, WaitWhileAPersonIsInCopyMode) {
  start();
  const std::string pane = *agent()["pane"].as_string();
  ASSERT_EQ(tmux({"copy-mode", "-t", pane}).status, 0);
  EXPECT_EQ(sent("git orch send impl-api -m hello --wait typed --timeout 0"),
            "to 001-a/impl-api: queued (somebody is in copy mode in the "
            "pane)\nexit 3");
  EXPECT_EQ(tmux({"display-message", "-p", "-t", pane, "#{pane_in_mode}"}).out,
            "1\n");
  EXPECT_TRUE(eventually([&] { return is("idle"); }));
  EXPECT_EQ(tmux({"list-buffers"}).out, "");
  ASSERT_EQ(tmux({"send-keys", "-t", pane, "-X", "cancel"}).status, 0);
  EXPECT_TRUE(eventually([&] {
    // One that comes while another is at the pane leaves it to that.
    box.ok("git orch tick -q");
    return box.sql("SELECT level FROM messages WHERE text = 'hello'") ==
           "acked\n";
  }));
}

TEST_F(SendLevels, AreQueuedWhenThePaneHoldsAnotherProcess) {
  start();
  const std::string pane = *agent()["pane"].as_string();
  ASSERT_EQ(tmux({"respawn-pane", "-k", "-t", pane, "cat"}).status, 0);
  EXPECT_TRUE(holds(sent("git orch send impl-api -m hello"),
                    "to 001-a/impl-api: queued ("));
  box.ok("git orch tick -q");
  EXPECT_EQ(tmux({"capture-pane", "-p", "-t", pane}).out.find("hello"),
            std::string::npos);
}

}  // namespace
}  // namespace orch::test
