// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "linediff/diff.h"

namespace orch::linediff {

// A text and its way from the base.
struct Side {
  const Lines& lines;
  const Hunks& hunks;
};

// Whether git's merge of two texts leaves a conflict: changes that overlap or
// touch do, unless both texts are the same there (git's level "zealous").
// `base_lines` is the length of the base.
bool conflicts(std::size_t base_lines, const Side& ours, const Side& theirs);

// The merged text; absent when there is a conflict.
std::optional<Lines> merged(std::size_t base_lines, const Side& ours,
                            const Side& theirs);

// `count` lines from `start` on, counted from 0.
struct Span {
  std::size_t start = 0, count = 0;
  bool operator==(const Span&) const = default;
};
// One conflict of such a merge: the same place in the three texts.
struct Clash {
  Span base, ours, theirs;
  bool operator==(const Clash&) const = default;
};
using Clashes = std::vector<Clash>;
// In order. Where git would show one conflict without the lines that are the
// same on both sides at its ends, or as several, this is the whole of it.
Clashes clashes(std::size_t base_lines, const Side& ours, const Side& theirs);

}  // namespace orch::linediff
