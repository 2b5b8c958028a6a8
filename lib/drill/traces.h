// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "process/process.h"

// What of a directory the machine still holds, read from /proc; private to
// `drill`. Our own process is none of it.
namespace orch::drill {

// A process that has the directory as, or below, its working directory, or
// names it in its environment or arguments.
struct Holder {
  process::Identity identity;
  std::string name;     // /proc/PID/comm
  std::string command;  // its arguments, printable, cut
  std::string agent;    // ORCH_AGENT of its environment; else empty
  std::string program;  // the name of its executable; empty when not to be read
  std::vector<std::string> open;  // what it has open below the directory
  bool is_ours = false;           // its home is there: nobody else's is
};
std::vector<Holder> holders_of(const std::string& directory);

// Paths of sockets below it on which somebody listens.
std::vector<std::string> sockets_below(const std::string& directory);

// Locks of git (`*.lock`) in a git directory whose writer has gone; as paths.
std::vector<std::string> git_locks_in(const std::string& git_dir);

// The variable that all processes of an arena have and nobody else.
std::string mark_of(const std::string& directory);

// Ends every holder that is ours by its pid, politely first; false when some
// are left after `most_ms`.
bool end_holders(const std::string& directory, std::int64_t most_ms);

}  // namespace orch::drill
