// SPDX-License-Identifier: MIT
#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kApi[] = "001-a/impl-api";

class AgentStart : public ::testing::Test {
 protected:
  AgentStart() {
    box.make_repository();
    box.ok("mkdir " + box.path("tools"));
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  json::Value agent(const std::string& address = kApi) const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["id"] == json::Value(address)) return a;
    return {};
  }
  std::string state(const std::string& address = kApi) const {
    const json::Value a = agent(address);
    return a["state"].as_string() ? *a["state"].as_string() : "";
  }
  json::Array briefs(const std::string& address = kApi) const {
    return *box.type("git orch inbox --all --kind brief --json --agent " +
                     address)
                .data()["messages"]
                .as_array();
  }
  // Only these programs on PATH.
  void keep_tools(const std::vector<std::string>& names) {
    for (const std::string& name : names)
      box.ok("ln -s " + process::find_on_path(name).value() + " " +
             box.path("tools"));
    box.set("PATH", std::string(ORCH_BUILD_DIR) + "/bin:" + box.path("tools"));
  }
  Sandbox box;
};

TEST_F(AgentStart, WaitsForIdleAndTheBriefArrivesAndIsAcknowledged) {
  const json::Value started =
      box.type("git orch agent start impl-api --runtime script --json")
          .data()["agent"];
  EXPECT_EQ(started["id"], json::Value(kApi));
  EXPECT_EQ(started["worktree"],
            json::Value(box.worktree("001-a", "impl-api")));
  EXPECT_TRUE(started["pane"].as_string()->starts_with("%"));
  EXPECT_GT(started["pid"].as_integer().value_or(0), 1);
  // Idle, or at work on the brief.
  EXPECT_TRUE(started["state"] == json::Value("idle") ||
              started["state"] == json::Value("busy"));
  ASSERT_TRUE(eventually(
      [&] { return briefs().at(0)["level"] == json::Value("acked"); }));
  EXPECT_TRUE(
      holds(*briefs().at(0)["text"].as_string(), "You are 001-a/impl-api.\n"));
  EXPECT_TRUE(eventually([&] { return state() == "idle"; }));
}

TEST_F(AgentStart, ChangesNothingWhenItRuns) {
  EXPECT_TRUE(holds(box.ok("git orch agent start impl-api --runtime script"),
                    "started 001-a/impl-api ("));
  ASSERT_TRUE(eventually([&] { return state() == "idle"; }));
  const json::Value before = agent();
  EXPECT_EQ(box.ok("git orch agent start impl-api --runtime script"),
            "already running: 001-a/impl-api (idle)\n");
  EXPECT_EQ(box.ok("git orch agent start 001-a/impl-api -q"), "");
  EXPECT_EQ(agent(), before);
  EXPECT_EQ(briefs().size(), 1U);
}

TEST_F(AgentStart, AddsWhatThePersonSaysToTheBrief) {
  box.ok(
      "git orch agent start impl-api --runtime script -q "
      "--brief 'begin with `x`; $(y)'");
  EXPECT_TRUE(briefs().at(0)["text"].as_string()->ends_with(
      "\nbegin with `x`; $(y)\n"));
}

TEST_F(AgentStart, RunsTheCommandBehindTheDashesInstead) {
  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/git-orch--script-agent";
  const std::string script = box.path("home") + "/a script; $(x)";
  box.write(script, "say as I was told\n");
  box.ok("git orch agent start impl-api --runtime script -q -- " + program +
         " '" + script + "'");
  const std::string pid = std::to_string(*agent()["pid"].as_integer());
  EXPECT_EQ(box.read("/proc/" + pid + "/cmdline"),
            program + '\0' + script + '\0');
  EXPECT_TRUE(eventually([&] {
    return box.ok("git orch agent log impl-api").find("\nas I was told\n") !=
           std::string::npos;
  }));
}

TEST_F(AgentStart, SaysWhyAndShowsItWhenTheProgramEndsAtOnce) {
  const Result r = box.type(
      "git orch agent start impl-api --runtime script --json -- "
      "sh -c 'echo going down; exit 3'");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("dead_pane"));
  EXPECT_EQ(
      r.json()["error"]["message"],
      json::Value("agent '001-a/impl-api' ended while starting with status 3"));
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("git orch agent log 001-a/impl-api"));
  EXPECT_EQ(box.ok("git orch agent log impl-api"), "going down\n");
  EXPECT_EQ(state(), "exited");
  EXPECT_EQ(agent()["exit_status"], json::Value(3));
  EXPECT_TRUE(holds(box.ok("git orch agent list"), "exited 3"));
}

TEST_F(AgentStart, SaysThatTheProgramIsNotThere) {
  const Result r = box.type(
      "git orch agent start impl-api --runtime script -- no-such-agent");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "ended while starting with status 127\n"));
  EXPECT_EQ(box.ok("git orch agent log impl-api"),
            "orch: cannot start 'no-such-agent': command not found\n");
}

TEST_F(AgentStart, NeedsARuntimeAndNeverChoosesTheScriptByItself) {
  keep_tools({"git", "tmux"});
  const Result r = box.type("git orch agent start impl-api --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("missing_tool"));
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("no known agent CLI is on PATH"));
  EXPECT_TRUE(holds(*r.json()["error"]["hint"].as_string(), "script"));
  EXPECT_EQ(state(), "stopped");
  EXPECT_EQ(box.type("git orch agent start impl-api --runtime scipt --json")
                .json()["error"]["hint"],
            json::Value("did you mean 'script'?"));
  box.ok("git config orch.runtime script");
  box.ok("git orch agent start impl-api -q");
  EXPECT_EQ(agent()["runtime"], json::Value("script"));
}

TEST_F(AgentStart, SaysThatTmuxIsMissingAndChangesNothing) {
  const std::string before = box.fingerprint();
  const json::Value row = agent();
  keep_tools({"git"});
  const Result r =
      box.type("git orch agent start impl-api --runtime script --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("missing_tool"));
  EXPECT_TRUE(holds(*r.json()["error"]["message"].as_string(), "tmux"));
  EXPECT_EQ(agent(), row);
  EXPECT_EQ(briefs().size(), 0U);
  EXPECT_EQ(box.type("git orch agent start --dir " + box.path("home") +
                     " --runtime script")
                .status,
            128);
  EXPECT_EQ(agent("dir/home"), json::Value());
  EXPECT_TRUE(briefs().empty());
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(AgentStart, SaysThatTmuxIsTooOldAndChangesNothing) {
  const std::string before = box.fingerprint();
  const json::Value row = agent();
  keep_tools({"git", "sh"});
  box.write(box.path("tools") + "/tmux",
            "#!/bin/sh\ntest \"$1\" = -V && echo tmux 2.9\n");
  ASSERT_EQ(box.run_in(box.root(), {"/bin/chmod", "755", "tools/tmux"}).status,
            0);
  const Result r =
      box.type("git orch agent start impl-api --runtime script --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("missing_tool"));
  EXPECT_TRUE(holds(*r.json()["error"]["message"].as_string(), "2.9"));
  EXPECT_TRUE(holds(*r.json()["error"]["message"].as_string(), "3.2"));
  EXPECT_EQ(agent(), row);
  EXPECT_EQ(briefs().size(), 0U);
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(AgentStart, GivesTheAgentNothingOfGitsAndTmuxsEnvironment) {
  box.set("TMUX", "/nowhere,1,0");
  box.set("TMUX_PANE", "%99");
  box.set("GIT_AUTHOR_NAME", "Somebody Else");
  box.set("GIT_TRACE", "0");
  box.set("GIT_EDITOR", "false");
  box.ok("git orch agent start impl-api --runtime script -q");
  const std::string environment = box.read(
      "/proc/" + std::to_string(*agent()["pid"].as_integer()) + "/environ");
  EXPECT_TRUE(holds(environment, "HOME=" + box.path("home")));
  const std::string padded = std::string(1, '\0') + environment;
  for (const char* name : {"GIT_", "TMUX"})
    EXPECT_EQ(padded.find(std::string(1, '\0') + name), std::string::npos)
        << name;
}

TEST_F(AgentStart, RefusesADirectoryInWhichSomebodyStartedAnAgentByHand) {
  const std::string worktree = box.worktree("001-a", "impl-api");
  const std::string pid =
      box.run_in(worktree, {"sh", "-c",
                            "mkfifo \"$HOME/keys\"; exec 3<>\"$HOME/keys\"; "
                            "'" ORCH_BUILD_DIR
                            "/libexec/git-orch/git-orch--script-agent' "
                            "<&3 >\"$HOME/shown\" 2>&1 & printf %s $!"})
          .out;
  ASSERT_TRUE(eventually([&] {
    return box.read("/proc/" + pid + "/comm") == "git-orch--scrip\n";
  }));
  const Result r =
      box.type("git orch agent start impl-api --runtime script --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("duplicate_agent"));
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("cannot start '001-a/impl-api': 'git-orch--scrip' "
                        "(process " +
                        pid + ") already works in '" + worktree + "'"));
  EXPECT_EQ(state(), "stopped");
  EXPECT_TRUE(briefs().empty());
  box.ok("kill " + pid);
  EXPECT_TRUE(eventually([&] {
    return box.type("git orch agent start impl-api --runtime script").status ==
           0;
  }));
}

TEST_F(AgentStart, SaysThatTheWorktreeIsGone) {
  box.ok("git worktree remove " + box.worktree("001-a", "impl-api"));
  const Result r =
      box.type("git orch agent start impl-api --runtime script --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("invalid_directory"));
  EXPECT_EQ(state(), "stopped");
}

}  // namespace
}  // namespace orch::test
