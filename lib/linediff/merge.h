// SPDX-License-Identifier: MIT
#pragma once

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

}  // namespace orch::linediff
