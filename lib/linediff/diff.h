// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "linediff/lines.h"

// Line diffs as git's merges see them: the histogram algorithm, and the
// sliding of ambiguous changes that follows it. Pure; the proof that the
// answers are git's is tests/differential.
namespace orch::linediff {

// `base_count` lines of the base from `base` on became `side_count` lines of
// the side from `side` on. Counted from 0; one of the counts may be 0.
struct Hunk {
  std::uint32_t base = 0, base_count = 0;
  std::uint32_t side = 0, side_count = 0;

  std::uint32_t base_end() const { return base + base_count; }
  std::uint32_t side_end() const { return side + side_count; }
  bool operator==(const Hunk&) const = default;
};
using Hunks = std::vector<Hunk>;

// Compares many texts: keeps its memory from one to the next.
class Differ {
 public:
  Differ();
  ~Differ();

  // In order, with at least one unchanged line between two hunks. Absent where
  // git would leave the histogram for another algorithm (all lines that a
  // region shares occur too often in it; from 2.54 on, also a change that has
  // slid onto one with a line of its own) or would give up.
  std::optional<Hunks> diff(const Lines& base, const Lines& side);

 private:
  std::unique_ptr<struct Workspace> workspace_;
};

}  // namespace orch::linediff
