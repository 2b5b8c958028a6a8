// SPDX-License-Identifier: MIT
//
// What an agent CLI is told, when it starts, of what the guards will refuse.
#include <algorithm>
#include <filesystem>

#include "support/sandbox.h"

namespace orch::test {
namespace {

using Words = std::vector<std::string>;

// Starts stand-ins for the CLIs by the files that ship: each is ready at once,
// and then waits.
class AgentPermissions : public ::testing::Test {
 protected:
  AgentPermissions() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
    const json::Value list = box.type("git orch runtime list --json").data();
    for (const json::Value& r : *list["runtimes"].as_array())
      if (r["name"] == json::Value("script"))
        libexec_ = std::filesystem::path(*r["program"].as_string())
                       .parent_path()
                       .string();
    for (const std::string name : {"claude", "codex", "gemini", "opencode"}) {
      const std::string program = box.path("tools/" + name);
      std::filesystem::create_directories(box.path("tools"));
      box.write(program,
                "#!/bin/sh\n[ \"$1\" = --version ] && exec echo 2.1.329\n"
                "printf '%s\\n' \"$@\" > " +
                    box.path("tmp/" + name) + "\n" + libexec_ +
                    "/git-orch--agent-hook session-start < /dev/null\n"
                    "exec cat\n");
      box.ok("chmod +x " + program);
      const std::string file =
          box.repo() + "/.git/orch/runtimes/" + name + ".yaml";
      std::string yaml = box.read(file);
      const auto replace = [&](const std::string& what,
                               const std::string& with) {
        if (const std::size_t at = yaml.find(what); at != std::string::npos)
          yaml.replace(at, what.size(), with);
      };
      replace("\nstart: [" + name, "\nstart: [" + program);
      replace("\nstart:\n  [" + name, "\nstart:\n  [" + program);
      replace("\nstart:\n  - " + name, "\nstart:\n  - " + program);
      replace("\nprint_version: [" + name, "\nprint_version: [" + program);
      // One that asks nobody would be started behind walls.
      replace("--approval-mode, yolo", "--approval-mode, auto_edit");
      box.write(file, yaml);
    }
  }
  std::string orch_dir() const { return box.repo() + "/.git/orch"; }

  // Starts the agent; the directory of its run.
  std::string start(const std::string& role, const std::string& runtime) const {
    box.ok("git orch agent start " + role + " --runtime " + runtime + " -q");
    const std::string run =
        box.run_in(box.repo(),
                   {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                    "SELECT run FROM agents WHERE role = "
                    "'" +
                        role + "'"})
            .out;
    return orch_dir() + "/run/" + run.substr(0, run.find('\n'));
  }
  json::Value file(const std::string& path) const {
    const auto value = json::parse(box.read(path));
    EXPECT_TRUE(value) << path;
    return value.value_or(json::Value());
  }
  static Words texts(const json::Value& list) {
    Words out;
    for (const json::Value& v : *list.as_array()) out.push_back(*v.as_string());
    return out;
  }
  static bool has(const Words& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  }
  // What the hook before a tool answers, called as the CLI calls it.
  Result hook(const json::Value& settings, const std::string& input) const {
    const json::Value& entry = (*settings["hooks"]["PreToolUse"].as_array())[0];
    const json::Value& command = (*entry["hooks"].as_array())[0]["command"];
    return box.run_in(box.worktree("001", "impl-api"),
                      {"sh", "-c", *command.as_string()}, input);
  }
  Result command(const json::Value& settings, const std::string& line) const {
    return hook(settings,
                json::to_text(json::Object{
                    {"tool_name", "Bash"},
                    {"tool_input", json::Object{{"command", line}}}}));
  }
  Result edit(const json::Value& settings, const std::string& path) const {
    return hook(settings,
                json::to_text(json::Object{
                    {"tool_name", "Edit"},
                    {"tool_input", json::Object{{"file_path", path}}}}));
  }

  Sandbox box;
  std::string libexec_;
};

TEST_F(AgentPermissions, DifferByRole) {
  const auto deny = [&](const std::string& role) {
    return texts(
        file(start(role, "claude") + "/settings.json")["permissions"]["deny"]);
  };
  const Words implementor = deny("impl-api");
  for (const char* rule :
       {"AskUserQuestion", "Bash(git push:*)", "Bash(git update-ref:*)",
        "Bash(git branch -D main:*)", "Bash(git switch main)",
        "Bash(git merge feature/001/impl-data:*)", "Bash(gh pr merge:*)",
        "Bash(gh pr create:*)", "Bash(git commit --no-verify:*)"})
    EXPECT_TRUE(has(implementor, rule)) << rule;
  EXPECT_FALSE(has(implementor, "Bash(git merge main:*)"));
  EXPECT_TRUE(has(implementor,
                  "Edit(/" + box.worktree("001", "impl-api") + "/.claude/**)"));
  const Words overseer = deny("overseer");
  for (const char* rule : {"Bash(git push:*)", "Bash(gh pr create:*)",
                           "Bash(git merge feature/001/impl-data:*)"})
    EXPECT_FALSE(has(overseer, rule)) << rule;
  // Its role may not move the base either.
  EXPECT_TRUE(has(overseer, "Bash(gh pr merge:*)"));
  EXPECT_TRUE(has(overseer, "Bash(git switch main)"));
  EXPECT_TRUE(has(overseer, "Bash(git branch -D feature/001/impl-api:*)"));
  EXPECT_LT(overseer.size(), implementor.size());
}

TEST_F(AgentPermissions, ComeToEachCliInItsOwnForm) {
  const std::string before = box.fingerprint();
  const json::Value config =
      file(start("impl-api", "opencode") + "/opencode.json");
  EXPECT_EQ(config["permission"]["bash"]["git push *"], json::Value("deny"));
  EXPECT_EQ(config["permission"]["edit"][".claude/*"], json::Value("deny"));
  const std::string run = start("impl-data", "gemini");
  const json::Value settings = file(run + "/settings.json");
  EXPECT_EQ((*settings["adminPolicyPaths"].as_array())[0],
            json::Value(run + "/policy.toml"));
  EXPECT_TRUE(holds(box.read(run + "/policy.toml"),
                    "commandPrefix = \"git push\"\ndecision = \"deny\""));
  EXPECT_TRUE(settings["hooks"]["BeforeTool"].as_array());
  start("overseer", "codex");
  EXPECT_TRUE(holds(box.read(box.path("tmp/codex")),
                    "hooks.PreToolUse=[{hooks=[{type=\"command\",command=\"'" +
                        libexec_ + "'/git-orch--permit "));
  // No file of the user's or of the repository's was touched.
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(AgentPermissions, RefuseBeforeGitDoes) {
  const json::Value settings =
      file(start("impl-api", "claude") + "/settings.json");
  const Result push = command(settings, "cd . && git push origin main");
  EXPECT_EQ(push.status, 2);
  EXPECT_EQ(push.out, "");
  EXPECT_EQ(push.err,
            "orch: refused by guards.pushes: role 'impl-api' may not push\n"
            "hint: to ask for it: git orch ask push -m WHY\n"
            "hint: why: git orch policy explain guards.pushes\n");
  const std::string top = box.worktree("001", "impl-api");
  const Result change = edit(settings, top + "/.claude/settings.json");
  EXPECT_EQ(change.status, 2);
  EXPECT_TRUE(holds(change.err, "refused by guards.paths"));
  for (const char* line : {"git status", "git commit -qm 'git push'",
                           "git merge main", "make test"}) {
    const Result r = command(settings, line);
    EXPECT_EQ(r.status, 0) << line;
    EXPECT_EQ(r.out + r.err, "") << line;
  }
  EXPECT_EQ(edit(settings, top + "/a.txt").status, 0);
  for (const char* garbage :
       {"", "{", "null", "git push", "[1]", R"({"tool_input":{"command":7}})"})
    EXPECT_EQ(hook(settings, garbage).status, 0) << garbage;
  // Without rules it is silent: git's guards still stand.
  const std::string push_call =
      R"({"tool_name":"Bash","tool_input":{"command":"git push"}})";
  const std::string permit = libexec_ + "/git-orch--permit";
  EXPECT_EQ(box.run_in(top, {permit, "/none", top}, push_call).status, 0);
  EXPECT_EQ(box.run_in(top, {permit}, push_call).status, 0);
  EXPECT_EQ(box.run_in(top, {permit, "/dev", top}, push_call).status, 0);
}

TEST_F(AgentPermissions, FollowPolicyAndRole) {
  box.write(orch_dir() + "/policy.yaml",
            "guards: {refs: warn, paths: 'off', merges: warn, pushes: warn, "
            "trailers: 'off'}\n");
  const json::Value warned =
      file(start("impl-api", "claude") + "/settings.json");
  EXPECT_EQ(texts(warned["permissions"]["deny"]),
            (Words{"AskUserQuestion", "EnterPlanMode", "ExitPlanMode",
                   "EnterWorktree"}));
  EXPECT_EQ(command(warned, "git push").status, 0);
  box.ok("git orch agent stop impl-api -q");
  // A role that has just been edited counts, too.
  box.write(orch_dir() + "/policy.yaml", "guards: {}\n");
  box.write(orch_dir() + "/roles/impl-api.yaml",
            "name: impl-api\ncan: [push]\npaths: {deny: [docs]}\n");
  const json::Value settings =
      file(start("impl-api", "claude") + "/settings.json");
  const Words deny = texts(settings["permissions"]["deny"]);
  EXPECT_FALSE(has(deny, "Bash(git push:*)"));
  EXPECT_TRUE(has(deny, "Edit(/" + box.worktree("001", "impl-api") + "/docs)"));
  EXPECT_EQ(command(settings, "git push origin HEAD:x").status, 0);
  EXPECT_EQ(command(settings, "git push origin main").status, 2);
  // What a person lets pass, the hook lets pass at once.
  box.ok("git orch policy override guards.pushes -m hotfix -q");
  EXPECT_EQ(command(settings, "git push origin main").status, 0);
}

}  // namespace
}  // namespace orch::test
