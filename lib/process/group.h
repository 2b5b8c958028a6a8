// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

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

// The same, without a terminal: what asks for a password there fails instead.
// `tell` gets what the program prints on either stream, piece by piece, and
// nothing of it is kept.
GroupOutcome run_apart(const Program& program,
                       const std::function<void(std::string_view)>& tell);
// The same, where it matters which stream it was.
enum class Stream { Out, Errors };
using Listener = std::function<void(Stream, std::string_view)>;
GroupOutcome run_apart(const Program& program, const Listener& tell);

// Hangs up on every other process of the group at whose head we stand, as the
// kernel does when the head of a session ends, and waits until they have gone;
// what has not after `grace_ms` is killed, and waited for as long again. Those
// that ignore SIGHUP (nohup) stay. Does nothing when we stand at no head.
void hang_up_on_our_group(std::int64_t grace_ms);

}  // namespace orch::process
