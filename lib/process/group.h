// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "process/process.h"

namespace orch::process {

struct GroupOutcome {
  Outcome outcome;      // with at most `kept` bytes of each stream
  int interrupted = 0;  // the signal that came to us meanwhile, else 0
};

// Runs `program` like `run`, but at the head of a process group of its own, all
// of which ends with it: at the time limit, when it has ended itself, and when
// SIGINT, SIGTERM, SIGHUP or SIGQUIT comes to us, which the caller then still
// has to act upon. More output than `kept` is read and dropped.
GroupOutcome run_group(const Program& program, std::size_t kept);

}  // namespace orch::process
