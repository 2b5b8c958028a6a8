// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// A mark beside the event store that there is one: it tells a store that was
// never made from one that somebody removed, which is made anew from git, not
// replaced by an empty one.
namespace orch::store {

// Durable when it returns. Does nothing where the mark is.
void note_made(const std::string& orch_dir);

// For one who puts the store aside on purpose; before he does. One that is
// still there is used as before.
void forget_made(const std::string& orch_dir);

// Whether a store was made here whose file is gone. While another program
// renames the file it may say so too: what depends on it asks under the gate.
bool is_gone(const std::string& orch_dir);

}  // namespace orch::store
