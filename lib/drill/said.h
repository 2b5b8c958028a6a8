// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "process/process.h"

namespace orch::drill {

// How a program ended, and the first line that says why; printable, cut.
// Private to `drill`.
std::string said_by(const process::Outcome& out);

}  // namespace orch::drill
