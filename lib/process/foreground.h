// SPDX-License-Identifier: MIT
#pragma once

#include "process/process.h"

namespace orch::process {

// Whether what is typed into its terminal reaches this process or one of its
// process group: not while it is suspended, or while a pager, an editor or a
// shell that it started has the terminal (tcsetpgrp(3)). False when it is gone
// or has no terminal.
bool is_in_front(const Identity& identity);

}  // namespace orch::process
