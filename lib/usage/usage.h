// SPDX-License-Identifier: MIT
#pragma once

#include "store/store.h"

// Tokens and cost of agents, read from the files in which their CLIs write down
// the conversation: only those that an agent's own hook has named, never
// through a symbolic link, and each byte once.
namespace orch::usage {

// Reads what has been written since, at most a few megabytes, and adds it to
// what is known; returns of how many files. The rest is for the next time.
int read_more(store::Store& store);

}  // namespace orch::usage
