// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "process/process.h"

namespace orch::process {

// Whether what is typed into its terminal reaches this process or one of its
// process group: not while it is suspended, or while a pager, an editor or a
// shell that it started has the terminal (tcsetpgrp(3)). False when it is gone
// or has no terminal.
bool is_in_front(const Identity& identity);

// Hangs up on every other process of the group at whose head we stand, as the
// kernel does when the head of a session ends, and waits until they have gone;
// what has not after `grace_ms` is killed, and waited for as long again. Those
// that ignore SIGHUP (nohup) stay. Does nothing when we stand at no head.
void hang_up_on_our_group(std::int64_t grace_ms);

}  // namespace orch::process
