// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "permission/permission.h"

// What is denied, in the words of the agent CLIs' own configuration. Only what
// these can say exactly, or less; the hook before a tool judges the rest.
namespace orch::permission {

struct Denials {
  std::vector<Denial> commands;
  std::vector<std::string> paths;  // pathspecs
  std::string worktree;            // absolute
};

// Items for the JSON list `permissions.deny` of Claude Code, each with a comma
// before it: `, "Bash(git push:*)", "Edit(//w/.claude/**)"`.
std::string claude_denials(const Denials& denials);

// Members for the JSON maps `permission.bash` and `permission.edit` of
// opencode, of which the last that fits counts, each with a comma before it.
std::string opencode_denied_commands(const Denials& denials);
std::string opencode_denied_edits(const Denials& denials);

// Rules of Gemini CLI's policy engine, in TOML.
std::string gemini_denials(const Denials& denials);

}  // namespace orch::permission
