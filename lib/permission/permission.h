// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "policy/worktree_rules.h"

// What the guards will refuse, told to the agent CLI before it is tried: a
// friendly first line that stops nobody who means to get around it. Everything
// here follows from the rules of the agent's worktree, and only where the mode
// of the guard is `block`.
namespace orch::permission {

struct Refusal {
  std::string guard;  // "guards.pushes"
  std::string what;   // "role 'impl-api' may not push"
  std::string way;    // "to ask for it: git orch ask push -m WHY"
  bool operator==(const Refusal&) const = default;
};

// As the guards say it, in lines that end.
std::string text_of(const Refusal& refusal);

// A line for a shell; the first of its commands that is refused. Absent: none,
// as far as can be read without running it.
std::optional<Refusal> judge_command(const policy::WorktreeRules& rules,
                                     std::string_view line,
                                     std::int64_t now_ms);

// A change of the file `path`, from the top of the worktree.
std::optional<Refusal> judge_path(const policy::WorktreeRules& rules,
                                  std::string_view path, std::int64_t now_ms);

// What a hook of an agent CLI passes before a tool runs: an object with
// `tool_name`, `tool_input` and, where it has one, `cwd`. Paths outside
// `worktree` are nobody's rule. Absent for everything that is not understood.
std::optional<Refusal> judge_tool(const policy::WorktreeRules& rules,
                                  const json::Value& call,
                                  const std::string& worktree,
                                  std::int64_t now_ms);

// How much of a command is told.
enum class Extent {
  Whole,  // these words and no others
  Words,  // these and any behind them
  Text,   // whatever begins so
};

// A form of a command that is refused whatever else stands in it.
struct Denial {
  Extent extent = Extent::Words;
  std::string command;  // "git push"
  Refusal refusal;
};
// Of what has a fixed form; `judge_command` refuses all of these and more.
std::vector<Denial> denied_commands(const policy::WorktreeRules& rules,
                                    std::int64_t now_ms);

// Pathspecs that must not be changed.
std::vector<std::string> denied_paths(const policy::WorktreeRules& rules,
                                      std::int64_t now_ms);

}  // namespace orch::permission
