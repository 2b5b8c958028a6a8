// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "linediff/lines.h"

namespace orch::linediff {

// One flag a line, with an unchanged line before the first and behind the
// last.
class Flags {
 public:
  explicit Flags(std::size_t lines) : flags_(lines + 2) {}

  std::uint8_t& operator[](std::ptrdiff_t line) {
    return flags_[static_cast<std::size_t>(line + 1)];
  }
  std::uint8_t operator[](std::ptrdiff_t line) const {
    return flags_[static_cast<std::size_t>(line + 1)];
  }
  std::span<std::uint8_t> span() {
    return std::span(flags_).subspan(1, flags_.size() - 2);
  }
  std::ptrdiff_t lines() const {
    return static_cast<std::ptrdiff_t>(flags_.size()) - 2;
  }

 private:
  std::vector<std::uint8_t> flags_;
};

// Memory that one comparison leaves to the next: a place for each line number.
struct Workspace {
  std::vector<std::uint32_t> rank, stamp;
  std::uint32_t generation = 0;
};

// Marks the lines of `base` and `side` that are not shared. False when git
// would give up.
bool mark_by_histogram(const Lines& base, const Lines& side,
                       Workspace& workspace, Flags* in_base, Flags* in_side);

}  // namespace orch::linediff
