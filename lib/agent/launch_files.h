// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "furnishing/furnishing.h"
#include "repository/repository.h"
#include "runtime/runtime.h"
#include "store/features.h"

// What a start writes before it, all below orch/run/<run>/; private to `agent`.
namespace orch::agent {

using repository::Repository;

// Writes the runtime's files, and for the launcher what it shall become, and
// returns the path of that: no path or argument ever passes through tmux's
// command parser. `command` replaces the runtime's own arguments; `variables`
// come after the runtime's. With `sandboxed`, the agent starts behind walls.
std::string write_launch_files(const Repository& repository,
                               const config::Config& config,
                               const store::Agent& agent,
                               const runtime::Runtime& runtime,
                               const std::vector<std::string>& command,
                               const furnishing::Variables& variables,
                               bool sandboxed);

// What an earlier start of the agent has left.
void remove_launch_files(const Repository& repository,
                         const store::Agent& agent);

}  // namespace orch::agent
