// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch::runtime {

// What stands for {libexec}, {script} and so on. {name:json} is the value as
// it goes between the quotes of a JSON or TOML string, {name:shell} as one word
// of a POSIX shell; several may follow each other: {libexec:shell:json}.
struct Placeholders {
  std::string libexec;           // where our internal programs are
  std::string script;            // of the built-in agent
  std::string worktree;          // where the agent works
  std::string run;               // the id of this start
  std::string run_dir;           // where `files` are written
  std::string bin;               // where our verbs are
  std::string git_dir;           // shared by all worktrees
  std::string worktree_git_dir;  // of this worktree
  std::string main_worktree;     // the checkout that the worktrees belong to
  std::string branch;            // short name
  std::string branch_ref;        // refs/heads/<branch>
  std::string branch_dir;        // the directory of that ref
  std::string conversation;      // the CLI's own id of what goes on
  // What the guards refuse anyway, as this CLI is told it; see
  // permission/render.h.
  std::string claude_denials, gemini_denials;
  std::string opencode_denied_commands, opencode_denied_edits;
};

// The name of a placeholder and what stands for it.
using Values = std::vector<std::pair<std::string, std::string>>;

// One pass, so that a value which looks like a placeholder stays as it is. A
// brace behind "$" is a shell's and stays, too.
std::string fill(std::string_view text, const Placeholders& values);
std::string fill(std::string_view text, const Values& values);

// What is wrong with the placeholders in `text`, with the nearest name; absent
// when all are known.
std::optional<std::string> find_fault(std::string_view text);
std::optional<std::string> find_fault(std::string_view text,
                                      const std::vector<std::string>& known);
bool has_placeholder(std::string_view text, std::string_view name);
bool begins_with_placeholder(std::string_view text);

}  // namespace orch::runtime
