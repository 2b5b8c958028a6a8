// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a line for a shell runs, as far as it can be read without running it.
// Private to `permission`.
namespace orch::permission {

struct Command {
  // Variables that are set for it alone, or in front of it.
  std::vector<std::pair<std::string, std::string>> sets;
  // The program and its arguments, without quotes; empty when the command only
  // sets variables. What only the shell knows ($x, $(…)) stays as it is
  // written, or is left out.
  std::vector<std::string> words;
};

// Every simple command of `script`, in order: those in lists, pipes, groups and
// substitutions, those behind env, nice, timeout and the like, and those in the
// script of `sh -c` and `eval`. The bodies of here-documents and comments are
// none. Of a script that is nested too deeply, what was read so far.
std::vector<Command> commands_of(std::string_view script);

// The last part of a path: "git" of "/usr/bin/git".
std::string program_name(const std::string& path);

}  // namespace orch::permission
