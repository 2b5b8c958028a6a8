// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace orch::doctor {

struct Step {
  std::string name;
  bool ok = false;
  std::int64_t ms = 0;
  std::string detail;  // what was seen, or what failed
};

// Runs the programs of this installation on a repository of its own, with a
// home of its own, below a temporary directory: set-up, hooks, an agent, a
// message, a conflict, and back. Ends at the first step that fails, stops what
// it started and removes everything. `tell` hears of each step. Throws
// Error{Io} when there is no room for a directory.
std::vector<Step> selftest(const std::function<void(const Step&)>& tell);

}  // namespace orch::doctor
