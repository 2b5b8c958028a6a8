// SPDX-License-Identifier: MIT
#include <signal.h>

#include "agents/real_agent.h"

namespace orch::test {
namespace {

class Codex : public RealAgent {
 protected:
  bool briefed() const {
    return eventually([&] { return levels().starts_with("brief acked\n"); },
                      60) &&
           becomes("idle");
  }
  static std::string header(int id) {
    return "[orch message " + std::to_string(id) + " from person]";
  }
  bool is_recent(const std::string& commit) const {
    const std::string row = "\t001-a\timpl-api\tstatus_update\t" + commit;
    return eventually([&] {
      return box.ok("git orch recent --porcelain").find(row + "\t") !=
             std::string::npos;
    });
  }
  void kill() const {
    ::kill(static_cast<pid_t>(*agent()["pid"].as_integer()), SIGKILL);
    ASSERT_TRUE(becomes("exited"));
  }
  static std::string long_text() {
    std::string text;
    for (int i = 0; i < 60; ++i)
      text += "line " + std::to_string(i) + " of a message that is long\n";
    return text;
  }
};

TEST_F(Codex, IsBriefedWorksWhenToldAndGoesOnAfterAKill) {
  teach(R"(
    {"when":"^\\[orch message (\\d+) from person\\]\\nadd a line",
     "shell":"echo more >>one.txt && git commit -qam 'work: a line' && git orch inbox --ack $1"},
    {"when":"^\\[orch message (\\d+) from person\\]\\nand what",
     "shell":"git orch inbox --ack $1"}
  )");
  start();
  ASSERT_TRUE(briefed()) << levels() << screen();

  const Result sent = box.type(
      "git orch send impl-api -m 'add a line to one.txt' --wait acked");
  EXPECT_EQ(sent.out, "message 2 to 001-a/impl-api: acked\n") << screen();
  EXPECT_EQ(box.ok_in(worktree, "git log -1 --format=%s"), "work: a line\n");
  EXPECT_TRUE(is_recent("work: a line"));
  ASSERT_TRUE(becomes("idle"));

  const json::Value before = agent();
  kill();
  start();
  EXPECT_NE(agent()["pid"], before["pid"]);
  EXPECT_EQ(
      box.type("git orch send impl-api -m 'and what now?' --wait acked").out,
      "message 4 to 001-a/impl-api: acked\n")
      << screen();

  // The model was asked each thing once, and knew what had been before.
  EXPECT_EQ(model->times_asked("[orch message 1 from orch]"), 1);
  EXPECT_EQ(model->times_asked(header(2)), 1);
  EXPECT_EQ(model->times_asked(header(4)), 1);
  const Asked last = model->asked().back();
  EXPECT_TRUE(holds(last.words, "add a line to one.txt"));
  EXPECT_TRUE(holds(last.words, "git commit -qam"));
}

TEST_F(Codex, IsToldBeforeGitIsAskedWhatTheGuardsWouldRefuse) {
  teach(R"(
    {"when":"^\\[orch message \\d+ from person\\]\\npush it",
     "shell":"cd . && git push origin main"},
    {"when":"orch: refused by guards.pushes: role 'impl-api' may not push",
     "shell":"git orch inbox --ack 2"}
  )");
  start();
  ASSERT_TRUE(briefed()) << levels() << screen();
  EXPECT_EQ(box.type("git orch send impl-api -m 'push it' --wait acked").out,
            "message 2 to 001-a/impl-api: acked\n")
      << screen();
  EXPECT_EQ(model->times_asked("Command blocked by PreToolUse hook: orch: "),
            1);
}

TEST_F(Codex, WorksBehindWalls) {
  if (box.type("bwrap --unshare-pid --ro-bind / / --proc /proc true").status !=
      0)
    GTEST_SKIP() << "this machine allows no sandboxes";
  teach(R"(
    {"when":"^\\[orch message \\d+ from person\\]\\nwork",
     "shell":"echo x > own.txt && git add own.txt && git commit -qm walled; ! touch ../../../repo/probe && git orch inbox --ack 2"}
  )");
  start("danger-full-access", "--sandbox");
  ASSERT_TRUE(briefed()) << levels() << screen();
  EXPECT_EQ(box.type("git orch send impl-api -m work --wait acked").out,
            "message 2 to 001-a/impl-api: acked\n")
      << screen();
  EXPECT_EQ(box.ok("git log -1 --format=%s feature/001-a/impl-api"),
            "walled\n");
}

TEST_F(Codex, WorksInItsSandboxWhenOurCommandsMayLeaveIt) {
  if (box.type("codex sandbox -- true").status != 0)
    GTEST_SKIP() << "this machine lets nobody make a sandbox";
  box.write(box.path("home") + "/.codex/rules/default.rules",
            R"(prefix_rule(pattern = ["git", "orch"], decision = "allow"))");
  teach(R"({"when":"^\\[orch message \\d+ from person\\]\nadd a line",
            "shell":"echo more >>one.txt && git commit -am 'work: a line'"},
           {"when":"work: a line","shell":"git orch inbox --ack 2"})");
  start("workspace-write");
  ASSERT_TRUE(briefed()) << screen();
  const Result sent =
      box.type("git orch send impl-api -m 'add a line' --wait acked");
  EXPECT_EQ(sent.out, "message 2 to 001-a/impl-api: acked\n") << screen();
  EXPECT_EQ(box.ok_in(worktree, "git log -1 --format=%s"), "work: a line\n");
  EXPECT_TRUE(is_recent("work: a line"));
  EXPECT_TRUE(becomes("idle"));
}

TEST_F(Codex, ClaimsNoMoreThanWhatItsHooksHaveProved) {
  const std::string go = box.path("go");
  teach(R"({"when":"think first","after":")" + go + R"(","say":"Thought."})");
  start();
  ASSERT_TRUE(briefed()) << screen();
  const Result sent =
      box.type("git orch send impl-api -m 'think first' --wait submitted");
  EXPECT_EQ(sent.status, 0) << sent.out << screen();
  EXPECT_EQ(state(), "busy");
  // It works: the next one waits, and nothing is typed.
  const Result next =
      box.type("git orch send impl-api -m 'and then' --wait typed --timeout 0");
  EXPECT_EQ(next.status, 3);
  EXPECT_EQ(next.out,
            "message 3 to 001-a/impl-api: queued (the agent is busy)\n");
  EXPECT_EQ(sql("SELECT count(*) FROM message_attempts WHERE message_id = 3"),
            "0\n");
  box.write(go, "");
  ASSERT_TRUE(eventually([&] { return model->times_asked(header(3)) > 0; }, 60))
      << screen();
  ASSERT_TRUE(becomes("idle")) << screen();
  // Nobody acknowledged; the conversation that Codex writes down proves more.
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return levels() == "brief acked\nmessage read\nmessage read\n";
  })) << levels();
  EXPECT_EQ(model->times_asked(header(2)), 1);
  EXPECT_EQ(model->times_asked(header(3)), 1);
}

TEST_F(Codex, KeepsWhatItWasToldWhenItIsKilledOverIt) {
  teach(R"({"when":"think for ever","hang":true},
           {"when":"(\\d+) from person\\]\nstill there",
            "shell":"git orch inbox --ack $1"})");
  start();
  ASSERT_TRUE(briefed()) << screen();
  box.ok("git orch send impl-api -m 'think for ever' --wait submitted");
  ASSERT_TRUE(eventually([&] { return model->times_asked(header(2)) > 0; }, 60))
      << screen();
  kill();
  start();
  EXPECT_EQ(
      box.type("git orch send impl-api -m 'still there?' --wait acked").out,
      "message 4 to 001-a/impl-api: acked\n")
      << screen();
  EXPECT_EQ(model->times_asked(header(2)), 1);
  EXPECT_TRUE(holds(model->asked().back().words, "think for ever"));
  EXPECT_EQ(sql("SELECT count(*) FROM message_attempts WHERE message_id = 2 "
                "AND channel = 'paste'"),
            "1\n");
}

TEST_F(Codex, IsInterruptedWhenAPersonAsksForIt) {
  teach(R"({"when":"think for ever","hang":true},
           {"when":"(\\d+) from person\\]\nleave that",
            "shell":"git orch inbox --ack $1"})");
  start();
  ASSERT_TRUE(briefed()) << screen();
  box.ok("git orch send impl-api -m 'think for ever' --wait submitted");
  ASSERT_TRUE(eventually([&] { return model->times_asked(header(2)) > 0; }, 60))
      << screen();
  EXPECT_EQ(
      box.type(
             "git orch send impl-api -m 'leave that' --interrupt --wait acked")
          .out,
      "message 3 to 001-a/impl-api: acked\n")
      << screen();
  ASSERT_TRUE(becomes("idle")) << screen();
}

TEST_F(Codex, CompactsItsConversationAndIsBriefedAgain) {
  teach("");
  start();
  ASSERT_TRUE(briefed()) << screen();
  const std::size_t before = model->asked().size();
  box.ok("git orch agent compact impl-api -q");
  EXPECT_TRUE(eventually(
      [&] {
        box.ok("git orch tick -q");
        return levels() == "brief acked\nbrief acked\n";
      },
      120))
      << levels() << screen();
  EXPECT_GT(model->asked().size(), before);
}

TEST_F(Codex, GetsEveryTextAsItWasWritten) {
  teach("");
  start();
  ASSERT_TRUE(briefed()) << screen();
  const std::vector<std::string> texts = {
      "! touch ran",        "/quit",        "@one.txt",       "exit",
      "ends with \\",       "$HOME `id` ;", "tab\there",      "1",
      "\xF0\x9F\x90\x8C é", "two\n\nparts", "-m --help #{x}", long_text()};
  int id = 1;
  for (const std::string& text : texts) {
    const Result sent = box.run_in(
        box.repo(),
        {"git", "orch", "send", "impl-api", "--wait", "submitted", "-"}, text);
    EXPECT_EQ(sent.status, 0) << text << sent.out << sent.err << screen();
    const std::string whole = header(++id) + "\n" + text + "\n[end of ";
    EXPECT_TRUE(eventually([&] { return model->times_asked(whole) == 1; }, 60))
        << text << screen();
    ASSERT_TRUE(becomes("idle")) << screen();
  }
  EXPECT_EQ(box.ok_in(worktree, "git status --porcelain"), "");
}

}  // namespace
}  // namespace orch::test
