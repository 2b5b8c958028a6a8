// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "file/file.h"
#include "process/process.h"

namespace orch::process {

// A program on a terminal of its own, of eighty columns: a person who looks.
struct OnTerminal {
  Identity identity;
  file::Descriptor terminal;  // our end; when it closes, the person has gone
};

// Starts it in a session of its own and does not wait; what it prints is for
// the caller to read from `terminal`. Absent when it could not be started.
// Throws Error{Io} when there is no terminal to be had.
std::optional<OnTerminal> start_on_terminal(const Program& program);

// Waits for a child that has ended, or is about to; its exit code, 128 + n
// after signal n.
int await_child(const Identity& child);

}  // namespace orch::process
