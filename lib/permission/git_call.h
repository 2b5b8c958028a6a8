// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "permission/permission.h"
#include "permission/shell.h"

// A command line of git, taken apart. Private to `permission`.
namespace orch::permission {

struct GitCall {
  std::vector<std::string> config;  // "key=value" of -c and --config-env
  std::string verb;                 // "push"
  std::vector<std::string> args;    // behind it
};
// Absent when the command is not git's, or names no verb.
std::optional<GitCall> git_call_of(const Command& command);

// Arguments of a verb.
struct Arguments {
  std::vector<std::string> flags;  // "-f" of "-qf", "--force"; "--x=y" as "--x"
  std::vector<std::string> names;  // that are no options
  bool has_paths = false;          // "--" and something behind it

  bool has(std::string_view flag) const;
  bool has_any(const std::vector<std::string_view>& any) const;
};
// `valued`: options that take the next word, "-m --message".
Arguments arguments_of(const std::vector<std::string>& args,
                       std::string_view valued);

// What the rules say to it.
std::optional<Refusal> judge_git(const policy::WorktreeRules& rules,
                                 const GitCall& call, std::int64_t now_ms);

// What both the judge and the list of denials ask.
bool blocks(const policy::WorktreeRules& rules, std::string_view guard,
            std::int64_t now_ms);
// "main" gives refs/heads/main.
std::string full_name(const std::string& branch);
std::optional<Refusal> refuse_move(const policy::WorktreeRules& rules,
                                   const std::string& ref, bool deletes,
                                   std::int64_t now_ms);
std::optional<Refusal> refuse_push(const policy::WorktreeRules& rules,
                                   const std::string& remote_ref,
                                   std::int64_t now_ms);
std::optional<Refusal> refuse_merge(const policy::WorktreeRules& rules,
                                    const std::string& ref,
                                    std::int64_t now_ms);
// To go to a branch that is not the agent's to move.
std::optional<Refusal> refuse_switch(const policy::WorktreeRules& rules,
                                     const std::string& ref,
                                     std::int64_t now_ms);
// To move refs by the commands that check nothing themselves.
std::optional<Refusal> refuse_plumbing(const policy::WorktreeRules& rules,
                                       const std::string& command,
                                       std::int64_t now_ms);
// To leave the hooks of `verb` out; of all commands when it is empty.
std::optional<Refusal> refuse_without_hooks(const policy::WorktreeRules& rules,
                                            const std::string& verb,
                                            std::int64_t now_ms);
std::optional<Refusal> refuse_pull_request(const policy::WorktreeRules& rules,
                                           std::int64_t now_ms);

}  // namespace orch::permission
