// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Runtime : public ::testing::Test {
 protected:
  Runtime() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("mkdir " + box.path("tools"));
    box.set("TMPDIR", box.path("tools"));
  }
  // A runtime file of the repository's own.
  void define(const std::string& name, const std::string& rest) const {
    box.write(box.repo() + "/.git/orch/runtimes/" + name + ".yaml",
              "name: " + name + "\nabout: made here\n" + rest);
  }
  // A program on PATH.
  std::string program(const std::string& name, const std::string& text) const {
    const std::string path = box.path("tools/" + name);
    box.write(path, "#!/bin/sh\n" + text);
    box.ok("chmod +x " + path);
    return path;
  }
  json::Value row(const std::string& name) const {
    const json::Value data = box.type("git orch runtime list --json").data();
    for (const json::Value& r : *data["runtimes"].as_array())
      if (r["name"] == json::Value(name)) return r;
    return {};
  }
  // "start ok, ready ok, …" of a check.
  std::string steps(const Result& r) const {
    std::string out;
    const json::Value data = r.data();
    for (const json::Value& s : *data["steps"].as_array())
      out += *s["name"].as_string() + " " + *s["verdict"].as_string() + ", ";
    return out;
  }
  Sandbox box;
};

TEST_F(Runtime, ListsWhatIsKnownAndWhatIsInstalled) {
  define("mine", "start: [\"" +
                     program("my-agent", "echo my-agent v7.8.9-beta\n") +
                     "\"]\nprint_version: [\"" + box.path("tools/my-agent") +
                     "\", --version]\n");
  EXPECT_EQ(json::to_text(row("mine")),
            R"({"name":"mine","about":"made here","program":")" +
                box.path("tools/my-agent") + R"(","version":"7.8.9"})");
  EXPECT_TRUE(row("claude")["program"].is_null());
  EXPECT_TRUE(row("claude")["version"].is_null());
  EXPECT_TRUE(row("script")["program"].as_string()->ends_with(
      "/git-orch--script-agent"));
  EXPECT_TRUE(holds(box.ok("git orch runtime"), "claude    Claude Code"));
  EXPECT_TRUE(
      holds(box.ok("git orch runtime list --porcelain"),
            "mine\tmade here\t" + box.path("tools/my-agent") + "\t7.8.9\n"));
}

TEST_F(Runtime, ShowsTheFileAndWhatWasRead) {
  define("mine",
         "start: agent\nsubmit:\n  - {cli: '>=2', keys: [C-m], delay_ms: 9}\n"
         "hand_over: {stop: 'more {text}'}\n"
         "sandbox: {write: [~/.mine]}\n"
         "signs:\n  - {state: idle, source: screen, pattern: '^> '}\n");
  EXPECT_TRUE(
      box.ok("git orch runtime show mine")
          .ends_with("/runtimes/mine.yaml\n" +
                     box.read(box.repo() + "/.git/orch/runtimes/mine.yaml")));
  const json::Value r =
      box.type("git orch runtime show mine --json").data()["runtime"];
  EXPECT_EQ(r["version"], json::Value(1));
  EXPECT_EQ(json::to_text(r["submit"]),
            R"([{"cli":">=2","tmux":null,"keys":["C-m"],"delay_ms":9,)"
            R"("retry":5}])");
  EXPECT_EQ(json::to_text(r["signs"]),
            R"([{"state":"idle","source":"screen","priority":40,"event":null,)"
            R"("pattern":"^> ","lines":1,"unless_below":null}])");
  EXPECT_EQ(r["paste"], json::Value("bracketed"));
  EXPECT_EQ(json::to_text(r["sandbox"]), R"({"write":["~/.mine"],"read":[]})");
  EXPECT_EQ(json::to_text(r["hand_over"]), R"({"stop":"more {text}"})");
}

TEST_F(Runtime, RefusesAFileThatIsWrongWithThePlace) {
  define("mine", "strat: agent\n");
  const Result r = box.type("git orch runtime show mine --json");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(
      holds(*r.json()["error"]["message"].as_string(), "/runtimes/mine.yaml:"));
  const Result unknown = box.type("git orch runtime show scirpt --json");
  EXPECT_EQ(unknown.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(unknown.json()["error"]["hint"],
            json::Value("did you mean 'script'?"));
  EXPECT_TRUE(holds(box.type("git orch runtime chekc script").err,
                    "unknown action 'chekc', did you mean 'check'?"));
}

TEST_F(Runtime, ChecksTheScriptRuntimeFromStartToExit) {
  box.ok("git orch init -q");
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch runtime check script --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(steps(r),
            "version skipped, start ok, ready ok, submit ok, receipt ok, "
            "answer ok, exit ok, ");
  EXPECT_EQ(box.fingerprint(), before);
  // Nothing of it stays.
  EXPECT_EQ(box.ok("git orch status --all").find("git-orch-check"),
            std::string::npos);
  EXPECT_EQ(box.ok("ls " + box.path("tools")), "");
  EXPECT_EQ(box.ok("git orch agent list"), "no agents\n");
}

TEST_F(Runtime, ChecksTheShellIntoWhichNothingIsTyped) {
  const Result r = box.type("git orch runtime check shell --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(steps(r),
            "version ok, start ok, ready ok, submit skipped, receipt ok, "
            "answer ok, exit ok, ");
  EXPECT_EQ(json::to_text((*r.data()["steps"].as_array())[4]["detail"]),
            R"("read")");
}

TEST_F(Runtime, SaysAtWhichStepACheckFails) {
  define("dead", "start: [sh, -c, \"echo no licence; exit 7\"]\n");
  const Result dead = box.type("git orch runtime check dead --json");
  EXPECT_EQ(dead.status, 1);
  EXPECT_TRUE(holds(dead.out, "ended with status 7")) << dead.out;
  EXPECT_TRUE(holds(dead.out, "no licence")) << dead.out;
  define("mute",
         "start: [sh, -c, \"printf 'Sure?\\\\n> 1. Yes\\\\n'; cat\"]\n"
         "start_timeout: 4s\n"
         "signs:\n  - {state: needs-human, source: screen, "
         "pattern: '^> 1. Yes'}\n");
  const Result mute = box.type("git orch runtime check mute --json");
  EXPECT_EQ(mute.status, 1);
  EXPECT_EQ(steps(mute), "version skipped, start ok, ready failed, ");
  EXPECT_TRUE(holds(mute.out, "it waits for a person")) << mute.out;
  EXPECT_EQ(box.ok("ls " + box.path("tools")), "");
}

TEST_F(Runtime, IsReadyByItsScreenWhenNoHookComes) {
  define("late",
         "start: [sh, -c, \"printf '> '; cat\"]\n"
         "signs:\n  - {state: idle, source: screen, "
         "pattern: '^>'}\n");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok("git orch agent start overseer --runtime late -q");
  EXPECT_TRUE(eventually([&] {
    return box.ok("git orch agent log overseer").find("You are 001-a/") !=
           std::string::npos;
  }));
}

TEST_F(Runtime, NamesTheProgramThatIsNotInstalled) {
  const Result r = box.type("git orch runtime check codex --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("missing_tool"));
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("cannot find 'codex' of runtime 'codex' on PATH"));
}

TEST_F(Runtime, WritesItsFilesBelowTheRunAndTakesThemAway) {
  define("mine",
         "start: [\"{libexec}/git-orch--script-agent\"]\n"
         "environment: {MINE: \"{run_dir}/a/b.txt\"}\n"
         "files:\n  - path: a/b.txt\n    content: '{branch_ref} "
         "{worktree:shell}'\n");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.script("overseer", "await-message\nhang\n");
  box.ok("git orch agent start overseer --runtime mine -q");
  const std::string runs = box.repo() + "/.git/orch/run";
  const std::string run = box.ok("ls " + runs);
  const std::string path = runs + "/" + run.substr(0, run.size() - 1);
  EXPECT_EQ(box.read(path + "/a/b.txt"), "refs/heads/feature/001-a/overseer '" +
                                             box.worktree("001-a", "overseer") +
                                             "'");
  EXPECT_EQ(box.ok("stat -c %a " + path + "/a/b.txt"), "600\n");
  box.ok("git orch agent stop overseer -q");
  EXPECT_TRUE(eventually([&] { return box.ok("ls " + runs).empty(); }));
}

TEST_F(Runtime, GoesOnWithTheConversationOfTheSameRuntime) {
  define("mine",
         "start: [\"{libexec}/git-orch--script-agent\"]\n"
         "resume: [sh, -c, \"echo goes on with $0; exec \\\"$1\\\"\", "
         "\"{conversation}\", \"{libexec}/git-orch--script-agent\"]\n");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok("git orch agent start overseer --runtime mine -q");
  const auto log = [&] { return box.ok("git orch agent log overseer"); };
  EXPECT_EQ(log().find("goes on"), std::string::npos);
  box.ok("git orch agent stop overseer -q");
  const auto sql = [&](const std::string& text) {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", text})
        .out;
  };
  sql("UPDATE agents SET conversation = 'c-42 $x'");
  box.ok("git orch agent start overseer -q");
  EXPECT_TRUE(holds(log(), "goes on with c-42 $x"));
  box.ok("git orch agent restart overseer --runtime script -q");
  EXPECT_NE(sql("SELECT coalesce(conversation, '') FROM agents"), "c-42 $x\n");
}

TEST_F(Runtime, ForgetsAConversationThatCannotBeGoneOnWith) {
  define("mine",
         "start: [\"{libexec}/git-orch--script-agent\"]\n"
         "resume: [sh, -c, \"exit 9\", \"{conversation}\"]\n");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  const std::string sql =
      "UPDATE agents SET conversation = 'c', "
      "runtime = 'mine'";
  box.run_in(box.repo(),
             {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db", sql});
  const Result r = box.type("git orch agent start overseer --json");
  EXPECT_EQ(r.json()["error"]["code"], json::Value("dead_pane"));
  EXPECT_TRUE(
      holds(*r.json()["error"]["hint"].as_string(), "a new one begins with"));
  EXPECT_TRUE(holds(box.ok("git orch agent start overseer"), "started"));
}

TEST_F(Runtime, TypesNothingIntoAShell) {
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok("git orch agent start overseer --runtime shell -q");
  const Result r = box.type(
      "git orch send overseer -m 'touch typed; exit' "
      "--wait typed --timeout 0");
  EXPECT_EQ(r.status, 3);
  EXPECT_TRUE(holds(r.out + r.err, "nothing is typed into this runtime"));
  box.ok("git orch tick -q");
  EXPECT_EQ(box.ok("ls " + box.worktree("001-a", "overseer")),
            box.ok("ls " + box.repo()));
}

}  // namespace
}  // namespace orch::test
