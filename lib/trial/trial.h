// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/runtime.h"

// Whether a runtime file fits the agent CLI that is installed here: it is
// started in a repository, a directory and a tmux server of its own, asked one
// question, and ended.
namespace orch::trial {

enum class Verdict { Ok, Failed, Skipped };
std::string_view verdict_name(Verdict verdict);

struct Step {
  std::string name;  // version, start, ready, submit, receipt, answer, exit
  Verdict verdict = Verdict::Ok;
  std::int64_t ms = 0;
  std::string detail;
};

struct Result {
  std::string program;  // its path
  std::string version;  // of the CLI; empty when it is not told
  std::vector<Step> steps;
  bool passed() const;
};

struct Asked {
  runtime::Runtime runtime;
  std::string file;  // its bytes, which are tried as they are
};

// Ends at the first step that fails; `told` is called with each. Nothing of it
// stays. Throws Error{MissingTool} when the program or tmux is not there.
Result run(const Asked& asked, const std::function<void(const Step&)>& told);

}  // namespace orch::trial
