// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// How to drive one agent CLI, as data: a new CLI is a new YAML file.
namespace orch::runtime {

struct Runtime {
  std::string name;
  std::string about;
  // The program and its arguments; {libexec}, {script}, {worktree} and {run}
  // are replaced, each within one argument.
  std::vector<std::string> start;
  // The same for a conversation that goes on; empty: none can.
  std::vector<std::string> resume;
  std::vector<std::pair<std::string, std::string>> environment;
  // Keys that submit what was pasted, by tmux's names.
  std::vector<std::string> submit;
  // By event (stop, tool): what that hook of the CLI prints to hand a message
  // over; {text} is the message as a JSON string.
  std::vector<std::pair<std::string, std::string>> hand_over;
  // How the program shows up in a process list, to find one started by hand.
  std::vector<std::string> process_names;
  // How long it may take until its first idle state.
  std::int64_t start_timeout_ms = 30000;
};

Runtime parse_runtime(std::string_view yaml, const std::string& file);

// `start`, or `resume` where there is a conversation, with the placeholders
// replaced.
struct Placeholders {
  std::string libexec, script, worktree, run;
  std::string conversation;  // empty: a new one
};
std::vector<std::string> start_argv(const Runtime& runtime,
                                    const Placeholders& values);

}  // namespace orch::runtime
