// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "linediff/lines.h"

// Line diffs as git's merges see them: the histogram algorithm, that of Myers
// where it finds nothing, and the sliding of ambiguous changes that follows.
// Pure; the proof that the
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

// In order, with at least one unchanged line between two hunks.
struct Diff {
  Hunks hunks;
  // What git sees from version 2.54 on, where that is something else: it
  // compares a change anew that has slid onto one with a line of its own.
  std::optional<Hunks> newer;
};

// Compares many texts: keeps its memory from one to the next.
class Differ {
 public:
  Differ();
  ~Differ();

  // Absent where git would give up.
  std::optional<Diff> diff(const Lines& base, const Lines& side);

 private:
  std::unique_ptr<struct Workspace> workspace_;
};

}  // namespace orch::linediff
