// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class ScriptRuntime : public ::testing::Test {
 protected:
  ScriptRuntime() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    worktree = box.worktree("001-a", "impl-api");
  }
  void play(const std::string& steps) const {
    box.script("impl-api", steps);
    box.ok("git orch agent start impl-api --runtime script -q");
  }
  bool becomes(const std::string& wanted) const {
    return eventually([&] { return state() == wanted; });
  }
  std::string state() const {
    const auto lines = box.type("git orch agent list").lines();
    for (const std::string& line : lines)
      if (line.starts_with("001-a/impl-api  "))
        return line.substr(16, line.find("  ", 16) - 16);
    return "";
  }
  std::string log() const { return box.ok("git orch agent log impl-api"); }
  bool logs(const std::string& part) const {
    return eventually([&] { return log().find(part) != std::string::npos; });
  }
  Sandbox box;
  std::string worktree;
};

TEST_F(ScriptRuntime, AcknowledgesAndWaitsWithoutAScriptAndExitsOnRequest) {
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(becomes("idle"));
  box.ok("git orch send impl-api -q -m hello --wait acked");
  ASSERT_TRUE(becomes("idle"));
  box.ok("git orch send impl-api -q -m exit --wait acked");
  EXPECT_TRUE(becomes("exited 0")) << state() << log();
}

TEST_F(ScriptRuntime, WorksWhenItIsBriefedAndCommitsUnderItsRole) {
  play(
      "# a comment\n\nedit one.txt 3 \"three, edited\"\n"
      "append new.txt \"a line\"\ncommit \"work: edit\"\nsay finished\n");
  ASSERT_TRUE(logs("\nfinished\n"));
  EXPECT_TRUE(holds(box.read(worktree + "/one.txt"),
                    "line 2\nthree, edited\nline 4\n"));
  EXPECT_EQ(box.ok_in(worktree, "git show HEAD:new.txt"), "a line\n");
  EXPECT_EQ(box.ok_in(worktree, "git log -1 --format=%s"), "work: edit\n");
  ASSERT_TRUE(eventually([&] {
    return box.ok("git orch recent --porcelain")
               .find("\t001-a\timpl-api\tstatus_update\twork: edit\t") !=
           std::string::npos;
  }));
}

TEST_F(ScriptRuntime, GoesOnAtTheMessageThatItWaitsFor) {
  play("say first\nawait-message go\nsay second\nawait-message\nsay third\n");
  ASSERT_TRUE(logs("\nfirst\n"));
  box.ok("git orch send impl-api -q -m 'not yet' --wait acked");
  box.ok("git orch send impl-api -q -m 'now go on' --wait acked");
  ASSERT_TRUE(logs("\nsecond\n"));
  EXPECT_LT(log().find("not yet"), log().find("\nsecond\n"));
  EXPECT_EQ(log().find("\nthird\n"), std::string::npos);
  box.ok("git orch send impl-api -q -m anything --wait acked");
  EXPECT_TRUE(logs("\nthird\n"));
  EXPECT_TRUE(becomes("idle"));
}

TEST_F(ScriptRuntime, WaitsForAFile) {
  const std::string file = box.path("home") + "/signal";
  play("say before\nawait-file " + file + "\nsay after\n");
  ASSERT_TRUE(logs("\nbefore\n"));
  EXPECT_EQ(state(), "busy");
  EXPECT_EQ(log().find("\nafter\n"), std::string::npos);
  box.write(file, "");
  EXPECT_TRUE(logs("\nafter\n"));
}

TEST_F(ScriptRuntime, EditsTheNthTextFileOfTheProject) {
  box.write(worktree + "/.hidden.txt", "1\n2\n3\n4\n5\n6\n");
  box.ok_in(worktree, "git add .");
  play("edit @text:2 1 changed\nsay done\n");
  ASSERT_TRUE(logs("\ndone\n"));
  EXPECT_TRUE(box.read(worktree + "/three.txt").starts_with("changed\nline 2"));
}

TEST_F(ScriptRuntime, HasAFileOfItsOwn) {
  play("append @agent one\nappend @agent two\nsay done\n");
  ASSERT_TRUE(logs("\ndone\n"));
  const std::string id =
      box.sql("SELECT id FROM agents WHERE role = 'impl-api'");
  EXPECT_EQ(
      box.read(worktree + "/agent-" + id.substr(0, id.find('\n')) + ".txt"),
      "one\ntwo\n");
}

TEST_F(ScriptRuntime, RunsAProgramWithoutAShell) {
  play("run printf \"<%s>\" \"$HOME;\" `x`\nrun no-such-program\nsay done\n");
  ASSERT_TRUE(logs("done\n"));
  EXPECT_TRUE(holds(log(), "<$HOME;><`x`>"));
  EXPECT_TRUE(becomes("idle"));
}

TEST_F(ScriptRuntime, IsLimitedUntilSomethingElseHappens) {
  play("limit \"You've hit your limit, resets 3pm\"\n");
  EXPECT_TRUE(becomes("limited"));
  EXPECT_TRUE(logs("You've hit your limit, resets 3pm\n"));
  EXPECT_TRUE(holds(box.ok("git orch send impl-api -m hello"),
                    "queued (the agent is limited)"));
}

TEST_F(ScriptRuntime, WaitsForAPersonInADialog) {
  play("dialog \"May I?\"\nsay allowed\n");
  EXPECT_TRUE(becomes("needs-human"));
  EXPECT_TRUE(eventually(
      [&] { return log().ends_with("May I?\n> 1. Yes\n  2. No\n"); }));
}

TEST_F(ScriptRuntime, HangsAndIsEndedByStop) {
  play("say hanging\nhang\n");
  ASSERT_TRUE(logs("\nhanging\n"));
  EXPECT_EQ(state(), "busy");
  box.ok("git orch agent stop impl-api -q");
  EXPECT_EQ(state(), "stopped");
}

TEST_F(ScriptRuntime, ExitsWithTheStatusThatTheScriptSays) {
  play("say bye\nexit 42\n");
  EXPECT_TRUE(becomes("exited 42")) << state();
  EXPECT_TRUE(holds(log(), "\nbye\n"));
  EXPECT_TRUE(holds(box.ok("git orch recent --porcelain"),
                    "\tagent_exited\texit status 42\t"));
}

TEST_F(ScriptRuntime, SaysWhereAScriptIsWrong) {
  const struct {
    const char* steps;
    const char* says;
  } cases[] = {
      {"say hello\ncomit \"x\"\n",
       "impl-api.script:2: unknown step 'comit', did you mean 'commit'?"},
      {"edit one.txt 1\n", "impl-api.script:1: step 'edit' has 2 words"},
      {"say \"hello\n", "impl-api.script:1: a quote is not closed"},
  };
  for (const auto& c : cases) {
    box.script("impl-api", c.steps);
    const Result r =
        box.type("git orch agent start impl-api --runtime script --json");
    EXPECT_EQ(r.status, 128);
    EXPECT_EQ(r.json()["error"]["code"], json::Value("dead_pane"));
    EXPECT_TRUE(holds(log(), c.says));
    EXPECT_EQ(state(), "exited 128");
  }
}

TEST_F(ScriptRuntime, GoesOnAfterAStepThatFails) {
  play("append nowhere/at/all.txt x\nsay done\n");
  ASSERT_TRUE(logs("\ndone\n"));
  EXPECT_TRUE(holds(log(), "line 1: cannot write 'nowhere/at/all.txt'"));
}

TEST_F(ScriptRuntime, TakesTheScriptsOfTheSetThatIsConfigured) {
  box.script("impl-api", "say the plain one\n");
  box.write(box.repo() + "/.git/orch/scripts/rehearsal/impl-api.script",
            "say the rehearsal\n");
  // Only from a place that this user alone controls.
  box.ok("git config orch.script rehearsal");
  box.ok("git orch agent start impl-api --runtime script -q");
  EXPECT_TRUE(logs("\nthe plain one\n"));
  box.ok("git config --global orch.script rehearsal");
  box.ok("git orch agent restart impl-api -q");
  EXPECT_TRUE(logs("\nthe rehearsal\n"));
}

}  // namespace
}  // namespace orch::test
