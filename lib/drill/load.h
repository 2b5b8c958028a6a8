// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "drill/interrupt.h"
#include "drill/load_report.h"

// How many agents a machine bears: script agents in an arena that get messages
// and commit, while times, memory and waits are measured.
namespace orch::drill {

inline constexpr std::int64_t kMostAgents = 300;

struct Load {
  enum class Shape {
    Concurrent,  // one after another, `interval_ms` between two starts
    Ramp         // in ten stages over `duration_ms`, a round after each
  };
  Shape shape = Shape::Concurrent;
  int agents = 5;
  std::int64_t interval_ms = 0;  // 0: as fast as they start
  std::int64_t duration_ms = 0;
  // Rounds go on for so long when all run; there is always one.
  std::int64_t hold_ms = 0;
  std::uint64_t seed = 1;  // of the order in which they start
  bool keep = false;       // the directory stays, with nothing running
};

// Runs it to the end; nothing of it is left, unless it is kept. `tell` gets a
// line of progress now and then. A message that is not acknowledged in the end,
// an agent that does not start, what the checker finds and whatever is left
// behind are findings. Throws
// Interrupted, and Error{Io} when the arena cannot be made.
LoadReport run_load(const Load& load, const Interrupts& interrupts,
                    const std::function<void(const std::string&)>& tell);

}  // namespace orch::drill
