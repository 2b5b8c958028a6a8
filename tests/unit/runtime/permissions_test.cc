// SPDX-License-Identifier: MIT
#include "runtime/permissions.h"

#include <gtest/gtest.h>

#include "text/text.h"

namespace orch::runtime {
namespace {

bool skips(const std::string& line) {
  return skips_permissions(text::split(line, ' '));
}

TEST(SkipsPermissions, TellsEveryModeThatAllowsAll) {
  for (const char* line :
       {"claude --dangerously-skip-permissions",
        "claude -r x --dangerously-skip-permissions -p hi",
        "claude --permission-mode bypassPermissions",
        "claude --permission-mode=bypassPermissions",
        "/usr/local/bin/claude --dangerously-skip-permissions",
        "claude --settings {\"permissions\":{\"defaultMode\":"
        "\"bypassPermissions\"}}",
        "npx @anthropic-ai/claude-code@2 --dangerously-skip-permissions",
        "codex --dangerously-bypass-approvals-and-sandbox",
        "codex --yolo",
        "codex -s danger-full-access",
        "codex -sdanger-full-access",
        "codex -s=danger-full-access",
        "codex resume x --sandbox danger-full-access",
        "codex --sandbox=danger-full-access",
        "codex -c sandbox_mode=danger-full-access",
        "codex -c sandbox_mode=\"danger-full-access\"",
        "codex --config sandbox_mode=danger-full-access",
        "codex --config=sandbox_mode='danger-full-access'",
        "codex -csandbox_mode=danger-full-access",
        "codex -c default_permissions=\":danger-full-access\"",
        "gemini --yolo",
        "gemini -y",
        "gemini -dy",
        "gemini --yolo=true",
        "gemini --approval-mode yolo",
        "gemini --approval-mode=yolo",
        "node /x/gemini.js --yolo",
        "opencode --auto",
        "opencode run --dangerously-skip-permissions hi",
        "env A=1 claude --dangerously-skip-permissions",
        "nice -n 5 gemini -y",
        "my-wrapper --yolo",
        "my-wrapper --dangerously-skip-permissions",
        "my-wrapper -s danger-full-access"})
    EXPECT_TRUE(skips(line)) << line;
  EXPECT_TRUE(skips_permissions(
      {"sh", "-c", "cd x && exec claude --dangerously-skip-permissions"}));
  EXPECT_TRUE(skips_permissions({"/bin/bash", "-lc", "gemini '--yolo'"}));
}

TEST(SkipsPermissions, IsFalseForEveryOther) {
  for (const char* line : {"claude",
                           "claude --permission-mode dontAsk",
                           "claude --permission-mode acceptEdits",
                           "claude --permission-mode=plan",
                           "claude --permission-mode",
                           "claude --settings /x/settings.json",
                           "claude --allow-dangerously-skip-permissions",
                           "claude -y",
                           "claude -- --dangerously-skip-permissions",
                           "codex",
                           "codex -a never -s workspace-write",
                           "codex --sandbox read-only",
                           "codex --dangerously-bypass-hook-trust",
                           "codex --full-auto",
                           "codex -c sandbox_mode=workspace-write",
                           "codex -c",
                           "codex -s",
                           "codex -c model=danger-full-access",
                           "codex -y",
                           "codex --auto",
                           "gemini --approval-mode auto_edit",
                           "gemini --approval-mode=default",
                           "gemini --yolo=false",
                           "gemini --no-yolo",
                           "gemini -m yolo",
                           "gemini -p yolo",
                           "gemini -i -yes-please-x",
                           "opencode",
                           "opencode --session auto",
                           "opencode -y",
                           "sh -c claude",
                           "sh",
                           "sh -c",
                           "sleep 60",
                           "env",
                           ""})
    EXPECT_FALSE(skips(line)) << line;
  EXPECT_FALSE(skips_permissions({}));
  EXPECT_FALSE(skips_permissions({"claude", "explain --yolo to me"}));
  EXPECT_FALSE(skips_permissions({"sh", "-c", "echo; claude"}));
}

}  // namespace
}  // namespace orch::runtime
