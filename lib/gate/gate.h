// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "process/group.h"
#include "repository/repository.h"

// Commands that say whether a tree is good: run in a throw-away worktree, each
// at the head of a process group that ends with it, without a terminal, under a
// time limit, and of what they print only the end kept.
namespace orch::gate {

using repository::Repository;

// Passed: ended with 0. CouldNotRun is no verdict on the tree: the command was
// not found or not executable (127, 126), was ended from outside, or had no
// worktree. Everything else, the time limit included, is Failed.
enum class Result { Passed, Failed, CouldNotRun };
std::string_view result_name(Result result);  // "could-not-run"

struct Command {
  std::string text;  // for sh -c
  int timeout_ms = 0;
  // Beside what every command gets.
  std::vector<std::pair<std::string, std::string>> environment = {};
  // Gets all that it prints, piece by piece; may be empty.
  process::Listener tell = {};
};

struct Run {
  Result result = Result::CouldNotRun;
  std::string reason;  // why not passed; empty when it did
  std::string log;     // the end of both streams, at most kLogBytes
  int status = 0;      // exit code, 128 + n after signal n
  std::int64_t duration_ms = 0;
  int interrupted = 0;  // the signal that came to us meanwhile, else 0
};
inline constexpr std::size_t kLogBytes = 16384;

// Runs it in `directory`. What it leaves running is ended, too, as far as it
// has kept its environment (ORCH_GATE).
Run run_command(const std::string& directory, const Command& command);

}  // namespace orch::gate
