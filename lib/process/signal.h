// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace orch::process {

// Sends signal `number` to one process, or to the group at whose head it
// stands. Nothing is sent for a number that names no single one: kill(2) takes
// 0 for our own group and -1 for every process of this user. False when nothing
// was sent.
bool send_signal(pid_t pid, int number);
bool send_signal_to_group(pid_t leader, int number);

}  // namespace orch::process
