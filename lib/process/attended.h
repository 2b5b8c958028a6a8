// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace orch::process {

// Runs a program with our own standard streams, as a shell does, and waits.
// argv[0] is searched on PATH; the environment is ours. Its exit status,
// 128 + n after signal n, 127 when it could not be started.
int run_attended(const std::vector<std::string>& argv);

}  // namespace orch::process
