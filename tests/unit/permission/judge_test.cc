// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "permission/permission.h"
#include "rules.h"

namespace orch::permission {
namespace {

constexpr std::int64_t kNow = 1'000;

// The guard that refuses; empty: none.
std::string guard_of(const policy::WorktreeRules& rules,
                     std::string_view line) {
  const auto refusal = judge_command(rules, line, kNow);
  return refusal ? refusal->guard : "";
}
std::string said(std::string_view line) {
  const auto refusal = judge_command(implementor(), line, kNow);
  return refusal ? refusal->what + " | " + refusal->way : "";
}

TEST(Judge, SaysNoToAnImplementorWhereTheGuardsDo) {
  const std::vector<std::pair<const char*, std::vector<const char*>>> kRefused =
      {{"guards.pushes",
        {"git push",
         "git push origin main",
         "git push -q origin HEAD:main",
         "git push --force origin +HEAD:refs/heads/main",
         "git -C . push origin main",
         "git -c a=b push",
         "cd x && git push",
         "true; git push",
         "/usr/bin/git push",
         "timeout 5 git push",
         "git pu''sh",
         "bash -c 'git push origin main'",
         "eval git push",
         "echo main | xargs git push origin",
         "FOO=1 git push",
         "out=$(git push 2>&1)",
         "(git push)",
         "git push --tags",
         "gh pr merge 12",
         "gh -R a/b pr merge 12 --squash",
         "glab mr merge 3",
         "glab mr accept 3",
         "gh pr create --fill",
         "glab mr new",
         "hub merge x",
         "hub pull-request"}},
       {"guards.refs",
        {"git branch -f main HEAD",
         "git branch --force main",
         "git branch -D main",
         "git branch -d feature/001/overseer",
         "git branch -m main old",
         "git branch -m new-name",
         "git branch -M feature/001/impl-data",
         "git branch -C x main",
         "git branch -qf main",
         "git update-ref refs/heads/main HEAD",
         "git update-ref --stdin",
         "git symbolic-ref HEAD refs/heads/main",
         "git symbolic-ref -d HEAD",
         "git replace a b",
         "git replace -d a",
         "git checkout main",
         "git switch main",
         "git switch -q main",
         "git checkout feature/001/impl-data",
         "git checkout -B main",
         "git switch -C main",
         "git fetch . HEAD:main",
         "git fetch . +HEAD:refs/heads/main",
         "git push . HEAD:x"}},
       {"guards.merges",
        {"git merge feature/001/impl-data",
         "git merge -q --no-ff -m 'git merge main' feature/001/impl-data",
         "git merge feature/001/impl-data~2",
         "git merge refs/heads/feature/001/impl-data",
         "git pull . feature/001/impl-data"}},
       {"guards.paths",
        {"git commit --no-verify -m x", "git commit -nm x",
         "git commit -qanm x", "git merge --no-verify main",
         "git rebase --no-verify main", "git commit --no-verif"}}};
  for (const auto& [guard, lines] : kRefused)
    for (const char* line : lines) {
      const std::string expected = std::string_view(line) == "git push . HEAD:x"
                                       ? "guards.pushes"
                                       : guard;
      EXPECT_EQ(guard_of(implementor(), line), expected) << line;
    }
  for (const char* line :
       {"git config core.hooksPath /dev/null",
        "git config --global core.hookspath x",
        "git config set core.hooksPath x", "git config --unset core.hooksPath",
        "git config unset core.hooksPath",
        "git -c core.hooksPath=/dev/null commit -m x",
        "git --config-env=core.hooksPath=X commit",
        "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath git commit"})
    EXPECT_EQ(guard_of(implementor(), line), "guards.refs") << line;
}

TEST(Judge, LetsOrdinaryWorkPass) {
  for (const char* line :
       {"git status",
        "git add -A && git commit -m 'git push later'",
        "git commit -m \"$(cat <<'EOF'\nno push\n\ngit push origin main\n"
        "EOF\n)\"",
        "git commit -F - <<EOF\ngit push\nEOF",
        "git commit -m --no-verify",
        "git commit --message --no-verify",
        "git commit -m -n",
        "git commit -mn",
        "git commit --amend --no-edit",
        "git merge main",
        "git merge --ff-only feature/001/overseer",
        "git merge --abort",
        "git merge -n main",
        "git pull origin main",
        "git rebase main",
        "git rebase -i HEAD~3",
        "git reset --hard HEAD~1",
        "git branch scratch",
        "git branch -D scratch",
        "git branch -f scratch HEAD~2",
        "git branch -m scratch other",
        "git branch --merged main",
        "git branch -vv",
        "git branch --contains main",
        "git branch -a",
        "git branch -u main",
        "git branch --list -v main",
        "git branch -d -r origin/main",
        "git checkout main -- src/a.cc",
        "git checkout main src/a.cc",
        "git checkout -- main",
        "git checkout -b scratch main",
        "git switch -c scratch main",
        "git switch --detach main",
        "git checkout --detach main",
        "git switch feature/001/impl-api",
        "git switch -",
        "git checkout .",
        "git fetch origin",
        "git fetch origin main",
        "git fetch origin main:refs/remotes/origin/main",
        "git symbolic-ref HEAD",
        "git symbolic-ref --short HEAD",
        "git replace -l",
        "git config --get core.hooksPath",
        "git config get core.hooksPath",
        "git config core.hooksPath",
        "git config user.name x",
        "git -c user.name=x commit -m y",
        "git stash",
        "git tag v1",
        "git cherry-pick abc",
        "git log main",
        "git diff main...HEAD",
        "git help push",
        "git orch send overseer -m x",
        "git orch ask push -m 'git push'",
        "echo git push",
        "grep -rn 'git push' docs",
        "gh pr view 1",
        "gh pr list",
        "gh issue create",
        "make push",
        "git",
        "git --version",
        "ls; pwd",
        "",
        "$g push"})
    EXPECT_EQ(said(line), "") << line;
}

TEST(Judge, NamesTheWayOut) {
  EXPECT_EQ(said("git push origin main"),
            "role 'impl-api' may not push | to ask for it: git orch ask push "
            "-m WHY");
  EXPECT_EQ(said("git switch main"),
            "'refs/heads/main' is the base of feature '001' | your branch is "
            "'feature/001/impl-api'; to look at the other one: git switch "
            "--detach main");
  EXPECT_EQ(said("git merge feature/001/impl-data"),
            "role 'impl-api' may not merge; 'feature/001/impl-data' is the "
            "branch of another agent | who merges: git orch send overseer -m "
            "TEXT");
  EXPECT_EQ(said("git commit --no-verify"),
            "role 'impl-api' may not leave the hooks out | run it without that "
            "option: a hook that refuses says what is wrong");
  EXPECT_EQ(text_of({"guards.x", "a\nb", "c"}),
            "orch: refused by guards.x: a\\nb\nhint: c\n"
            "hint: why: git orch policy explain guards.x\n");
}

TEST(Judge, LetsAnOverseerMergeAndPush) {
  for (const char* line :
       {"git push", "git push origin main", "git push -u origin HEAD",
        "git merge feature/001/impl-data", "git switch main",
        "git update-ref refs/heads/main HEAD", "gh pr merge 1",
        "gh pr create --fill", "git push origin v1.0"})
    EXPECT_EQ(guard_of(overseer(), line), "") << line;
  EXPECT_EQ(guard_of(overseer(), "git push origin :feature/001/impl-api"),
            "guards.pushes");
  EXPECT_EQ(guard_of(overseer(), "git branch -D feature/001/impl-api"),
            "guards.refs");
  EXPECT_EQ(guard_of(overseer(),
                     "git update-ref refs/heads/feature/001/"
                     "impl-api HEAD"),
            "guards.refs");
  EXPECT_EQ(guard_of(overseer(), "git push --no-verify"), "guards.pushes");
}

TEST(Judge, LetsARoleWithPrPushItsOwnBranchOnly) {
  auto rules = implementor();
  rules.pr = true;
  EXPECT_EQ(guard_of(rules, "git push"), "");
  EXPECT_EQ(guard_of(rules, "git push -u origin HEAD"), "");
  EXPECT_EQ(guard_of(rules, "git push origin feature/001/impl-api"), "");
  EXPECT_EQ(guard_of(rules, "git push origin HEAD:main"), "guards.pushes");
  EXPECT_EQ(guard_of(rules, "git push --mirror"), "guards.pushes");
  EXPECT_EQ(guard_of(rules, "gh pr create"), "");
  EXPECT_EQ(guard_of(rules, "gh pr merge 1"), "guards.pushes");
}

TEST(Judge, IsSilentWhereTheModeIsNotBlock) {
  for (const auto mode : {policy::Mode::Off, policy::Mode::Warn}) {
    auto rules = implementor();
    set_all(rules, mode);
    for (const char* line :
         {"git push", "git branch -f main", "git merge feature/001/impl-data",
          "git commit -n", "git config core.hooksPath x", "gh pr create",
          "git update-ref refs/heads/main x"})
      EXPECT_EQ(guard_of(rules, line), "") << line;
    EXPECT_FALSE(judge_path(rules, ".claude/settings.json", kNow));
  }
}

TEST(Judge, IsSilentWhileAPersonLetsTheGuardPass) {
  auto rules = implementor();
  rules.overrides = {{"guards.pushes", kNow + 1}};
  EXPECT_EQ(guard_of(rules, "git push"), "");
  EXPECT_EQ(guard_of(rules, "git branch -f main"), "guards.refs");
  rules.overrides = {{"guards.pushes", kNow}};
  EXPECT_EQ(guard_of(rules, "git push"), "guards.pushes");
}

TEST(Judge, HoldsPathsAgainstTheRole) {
  auto rules = implementor();
  rules.allow_paths = {"src", ":(glob)*.md"};
  rules.deny_paths = {"src/own"};
  const auto refused = [&](const char* path) {
    return judge_path(rules, path, kNow).has_value();
  };
  EXPECT_FALSE(refused("src/a.cc"));
  EXPECT_FALSE(refused("README.md"));
  EXPECT_TRUE(refused("doc/README.md"));
  EXPECT_TRUE(refused("src/own/x"));
  EXPECT_FALSE(refused(""));
  rules.allow_paths.clear();
  EXPECT_FALSE(refused("doc/README.md"));
  EXPECT_TRUE(refused(".claude/settings.json"));
  EXPECT_EQ(judge_path(rules, ".husky/x", kNow)->what,
            "role 'impl-api' may not change '.husky/x'");
}

std::string tool(const std::string& call) {
  const auto value = json::parse(call);
  if (!value) return "no JSON";
  const auto refusal = judge_tool(implementor(), *value, "/w/t", kNow);
  return refusal ? refusal->guard : "";
}

TEST(Judge, ReadsTheToolsOfEachCli) {
  const std::string paths = "guards.paths";
  // Claude Code.
  EXPECT_EQ(tool(R"({"tool_name":"Bash","tool_input":{"command":"git push"}})"),
            "guards.pushes");
  EXPECT_EQ(tool(R"({"tool_name":"Edit","tool_input":{"file_path":)"
                 R"("/w/t/.claude/settings.json"}})"),
            paths);
  EXPECT_EQ(tool(R"({"tool_name":"Write","tool_input":{"file_path":)"
                 R"("/w/t/src/../.husky/x"}})"),
            paths);
  EXPECT_EQ(tool(R"({"tool_name":"NotebookEdit","cwd":"/w/t/src","tool_input":)"
                 R"({"notebook_path":"../.codex/x"}})"),
            paths);
  EXPECT_EQ(tool(R"({"tool_name":"Read","tool_input":{"file_path":)"
                 R"("/w/t/.claude/settings.json"}})"),
            "");
  EXPECT_EQ(tool(R"({"tool_name":"Edit","tool_input":{"file_path":)"
                 R"("/w/tt/.claude/x"}})"),
            "");
  EXPECT_EQ(tool(R"({"tool_name":"Edit","tool_input":{"file_path":)"
                 R"("/w/t/src/a.cc"}})"),
            "");
  // Codex.
  EXPECT_EQ(tool(R"({"tool_name":"apply_patch","tool_input":{"command":)"
                 R"("*** Begin Patch\n*** Update File: a\n*** Add File: )"
                 R"(.codex/x\n+git push\n*** End Patch"}})"),
            paths);
  EXPECT_EQ(tool(R"({"tool_name":"apply_patch","tool_input":{"command":)"
                 R"("*** Begin Patch\n*** Update File: a\n git push\n)"
                 R"(*** Move to: b\n*** End Patch"}})"),
            "");
  EXPECT_EQ(tool(R"({"tool_name":"shell","tool_input":{"command":)"
                 R"(["bash","-lc","echo 'a'; git push"]}})"),
            "guards.pushes");
  EXPECT_EQ(tool(R"({"tool_name":"shell","tool_input":{"command":)"
                 R"(["echo","git push; git push"]}})"),
            "");
  const std::string shell =
      R"({"tool_name":"Bash","tool_input":{"command":"apply_patch <<'EOF'\n)"
      R"(*** Begin Patch\n*** Update File: )";
  const std::string after = R"(\n+ git push\n*** End Patch\nEOF)";
  EXPECT_EQ(tool(shell + ".codex/x" + after + R"("}})"), paths);
  EXPECT_EQ(tool(shell + "a" + after + R"("}})"), "");
  EXPECT_EQ(tool(shell + "a" + after + R"(\ngit push"}})"), "guards.pushes");
  // Gemini CLI.
  EXPECT_EQ(tool(R"({"tool_name":"run_shell_command","tool_input":{"command":)"
                 R"("git push"}})"),
            "guards.pushes");
  EXPECT_EQ(tool(R"({"tool_name":"write_file","tool_input":{"file_path":)"
                 R"(".gemini/x"}})"),
            paths);
  // opencode.
  EXPECT_EQ(tool(R"({"tool_name":"edit","tool_input":{"filePath":)"
                 R"("/w/t/.opencode/x"}})"),
            paths);
}

TEST(Judge, SaysNothingToWhatItDoesNotUnderstand) {
  for (const char* call :
       {"null", "[]", "1", "\"git push\"", "{}", R"({"tool_input":1})",
        R"({"tool_input":{"command":1}})", R"({"tool_input":{"command":[1]}})",
        R"({"tool_input":{"command":[]}})", R"({"tool_name":[],"cwd":{}})",
        R"({"tool_name":"Edit","tool_input":{"file_path":""}})",
        R"({"tool_name":"Edit","tool_input":{"file_path":"/"}})"})
    EXPECT_EQ(tool(call), "") << call;
}

}  // namespace
}  // namespace orch::permission
