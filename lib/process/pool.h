// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "process/process.h"

namespace orch::process {

// A program and what its caller calls it.
struct Job {
  std::size_t id = 0;
  Program program;
  // At the head of a process group of its own, all of which ends with it; of
  // each stream at most so many bytes are kept.
  std::optional<std::size_t> apart_keeping = std::nullopt;
};

// Runs programs side by side, at most `width` at a time: `next` is asked for
// another one whenever one may start, `ended` told of each that has ended.
// Returns when none runs and `next` has none. What `ended` throws ends the rest
// first (SIGTERM, and they are waited for).
void run_pool(
    const std::function<std::optional<Job>()>& next,
    const std::function<void(std::size_t id, const Outcome& outcome)>& ended,
    std::size_t width);

}  // namespace orch::process
