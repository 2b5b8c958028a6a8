// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "process/process.h"

namespace orch::process {

// Starts as start_detached does, but what the program prints goes to the file
// `path`, made anew for its owner alone. Absent when it could not be started.
// Throws Error{Io} when the file cannot be made.
std::optional<Identity> start_detached_into(const Program& program,
                                            const std::string& path);

}  // namespace orch::process
