// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "history/records.h"
#include "store/store.h"

// The rows by which a history is checked.
namespace orch::store {

// All of them as they were at one moment; whether an agent's process lives is
// for the caller to find out. For exercises: a large store is read whole.
history::Records read_history(Store& store);

// Where the CLI of each agent writes its conversation down now, by address;
// those of whom that is not known are left out.
std::map<std::string, std::string> list_transcripts(Store& store);

}  // namespace orch::store
