// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "process/process.h"

// One tmux client; private to `tmux`.
namespace orch::tmux {

inline constexpr int kTimeoutMs = 5000;

process::Outcome call(const std::vector<std::string>& argv,
                      const std::string& input = {});

}  // namespace orch::tmux
