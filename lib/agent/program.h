// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "runtime/runtime.h"

namespace orch::agent {

// The path of the program that `runtime` starts, on the PATH that its agents
// have, too: it is the caller's. As it is written where no PATH decides about
// it. Throws Error{MissingTool}.
std::string require_program(const runtime::Runtime& runtime);

}  // namespace orch::agent
