// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace orch::process {

// Replaces this program; argv[0] is a path. Descriptors that are open across
// exec(3) and the environment stay. Returns only when it cannot be run.
void become(const std::vector<std::string>& argv);

}  // namespace orch::process
