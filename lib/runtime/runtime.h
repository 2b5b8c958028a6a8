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
  std::vector<std::pair<std::string, std::string>> environment;
  // Keys that submit what was pasted, by tmux's names.
  std::vector<std::string> submit;
  // How the program shows up in a process list, to find one started by hand.
  std::vector<std::string> process_names;
  // How long it may take until its first idle state.
  std::int64_t start_timeout_ms = 30000;
};

Runtime parse_runtime(std::string_view yaml, const std::string& file);

// `start` with the placeholders replaced.
struct Placeholders {
  std::string libexec, script, worktree, run;
};
std::vector<std::string> start_argv(const Runtime& runtime,
                                    const Placeholders& values);

}  // namespace orch::runtime
