// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace orch::process {

// Which pid namespace we are in (pid_namespaces(7)): a process id means nothing
// to somebody in another. 0: the system does not tell.
std::int64_t pid_namespace();

}  // namespace orch::process
