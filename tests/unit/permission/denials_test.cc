// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "json/value.h"
#include "permission/render.h"
#include "rules.h"

namespace orch::permission {
namespace {

constexpr std::int64_t kNow = 1'000;

std::vector<std::string> names(const policy::WorktreeRules& rules) {
  std::vector<std::string> out;
  for (const Denial& d : denied_commands(rules, kNow)) out.push_back(d.command);
  return out;
}
bool has(const policy::WorktreeRules& rules, const std::string& command) {
  const auto all = names(rules);
  return std::find(all.begin(), all.end(), command) != all.end();
}

TEST(Denials, AreRefusedByTheJudgeForTheSameReason) {
  auto pr = implementor();
  pr.pr = true;
  for (const auto& rules : {implementor(), overseer(), pr})
    for (const Denial& d : denied_commands(rules, kNow)) {
      const std::string line =
          d.command + (d.extent == Extent::Whole   ? ""
                       : d.extent == Extent::Words ? " x"
                                                   : "x y");
      EXPECT_EQ(judge_command(rules, line, kNow), d.refusal) << line;
    }
}

TEST(Denials, AreThoseOfTheRole) {
  for (const char* command :
       {"git push", "gh pr merge", "glab mr merge", "gh pr create",
        "git update-ref", "git replace", "git branch -f main",
        "git branch -D main", "git branch -m main", "git branch -M main",
        "git branch -C HEAD main", "git checkout main", "git switch main",
        "git branch -D feature/001/impl-data", "git commit --no-verify",
        "git merge feature/001/impl-data", "git config core.hooksPath "})
    EXPECT_TRUE(has(implementor(), command)) << command;
  EXPECT_FALSE(has(implementor(), "git merge main"));
  EXPECT_FALSE(has(implementor(), "git merge feature/001/overseer"));
  EXPECT_FALSE(has(implementor(), "git switch feature/001/impl-api"));
  for (const char* command :
       {"git push", "gh pr merge", "gh pr create", "git update-ref",
        "git switch main", "git branch -f main",
        "git merge feature/001/impl-data"})
    EXPECT_FALSE(has(overseer(), command)) << command;
  EXPECT_TRUE(has(overseer(), "git branch -D main"));
  EXPECT_TRUE(has(overseer(), "git push --no-verify"));
  EXPECT_LT(names(overseer()).size(), names(implementor()).size());
}

TEST(Denials, AreNoneWhereTheModeIsNotBlock) {
  for (const auto mode : {policy::Mode::Off, policy::Mode::Warn}) {
    auto rules = implementor();
    set_all(rules, mode);
    EXPECT_TRUE(denied_commands(rules, kNow).empty());
    EXPECT_TRUE(denied_paths(rules, kNow).empty());
  }
  auto rules = implementor();
  rules.guards.pushes = policy::Mode::Warn;
  EXPECT_FALSE(has(rules, "git push"));
  EXPECT_TRUE(has(rules, "git replace"));
}

TEST(Denials, LeaveOutNamesThatPatternsCouldMisread) {
  auto rules = implementor();
  rules.others = {"refs/heads/a(b)", "refs/heads/a\"b", "refs/heads/a$b",
                  "refs/heads/a'b"};
  for (const std::string& command : names(rules))
    EXPECT_EQ(command.find_first_of("()\"$'"), std::string::npos) << command;
}

Denials some(std::vector<std::string> paths, std::string worktree = "/w") {
  const Refusal r{"guards.x", "what \"it\" is", "way"};
  return {{{Extent::Words, "git push", r},
           {Extent::Whole, "git switch main", r},
           {Extent::Text, "git -c x=", r}},
          std::move(paths),
          std::move(worktree)};
}

TEST(Denials, ReadAsEachCliHasThem) {
  const Denials d =
      some({".claude", "docs/", "*.md", ":(glob)src/**/x", ":(icase)y", "."});
  EXPECT_EQ(
      claude_denials(d),
      ", \"Bash(git push:*)\", \"Bash(git switch main)\", "
      "\"Bash(git -c x=*)\", \"Edit(//w/.claude)\", "
      "\"Edit(//w/.claude/**)\", \"Edit(//w/docs)\", \"Edit(//w/docs/**)\", "
      "\"Edit(//w/**/*.md)\", \"Edit(//w/*.md)\", \"Edit(//w/src/**/x)\"");
  EXPECT_EQ(opencode_denied_commands(d),
            R"(, "git push": "deny", "git push *": "deny", )"
            R"("git switch main": "deny", "git -c x=*": "deny")");
  EXPECT_EQ(opencode_denied_edits(d),
            R"(, ".claude": "deny", ".claude/*": "deny", "docs": "deny", )"
            R"("docs/*": "deny", "*.md": "deny")");
  EXPECT_EQ(gemini_denials(d),
            "[[rule]]\ntoolName = \"run_shell_command\"\n"
            "commandPrefix = \"git push\"\ndecision = \"deny\"\n"
            "priority = 900\ndenyMessage = "
            "\"refused by guards.x: what \\\"it\\\" is; way\"\n"
            "[[rule]]\ntoolName = \"run_shell_command\"\n"
            "commandPrefix = \"git -c x=\"\ndecision = \"deny\"\n"
            "priority = 900\ndenyMessage = "
            "\"refused by guards.x: what \\\"it\\\" is; way\"\n");
  const Denials none{{}, {}, "/w"};
  EXPECT_EQ(claude_denials(none), "");
  EXPECT_EQ(opencode_denied_commands(none), "");
  EXPECT_EQ(opencode_denied_edits(none), "");
  EXPECT_EQ(gemini_denials(none), "");
}

TEST(Denials, StayJsonWhateverTheirPathsHold) {
  const std::vector<std::string> hostile = {"a\"b",
                                            "a\\b",
                                            "a'b",
                                            "a b",
                                            "a\nb",
                                            "a)b",
                                            "a\xffz",
                                            "{x}",
                                            "{run_dir}",
                                            "$x",
                                            "~/x",
                                            "a*b?c[d]",
                                            ":(literal)a*b?c[d]\\e",
                                            "\x7f",
                                            ":(icase)\"",
                                            ",",
                                            "ü"};
  for (const std::string& worktree : hostile) {
    const Denials d = some(hostile, "/w/" + worktree);
    EXPECT_TRUE(json::parse("[0" + claude_denials(d) + "]")) << worktree;
    EXPECT_TRUE(json::parse("{\"*\": 0" + opencode_denied_edits(d) + "}"));
  }
  for (const char* path : {"a)b", "a(b", "a\nb"}) {
    EXPECT_EQ(claude_denials({{}, {path}, "/w"}), "") << path;
    EXPECT_EQ(claude_denials({{}, {"a"}, std::string("/w") + path}), "");
  }
  EXPECT_EQ(claude_denials({{}, {":(literal)a*b"}, "/w[1]"}),
            ", \"Edit(//w\\\\[1\\\\]/a\\\\*b)\", "
            "\"Edit(//w\\\\[1\\\\]/a\\\\*b/**)\"");
}

}  // namespace
}  // namespace orch::permission
