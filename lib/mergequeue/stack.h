// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

// Which trees of a stack of candidates to test next, and what their results
// decide. Pure.
//
// Candidate n is the target with the parts 0 to n merged into it, so a tree
// that is bad behind a good one is bad by its own part.
namespace orch::mergequeue {

// Red: failed once, and may be flaky. Bad: failed again on the same tree.
enum class Tree { Unknown, Good, Red, Bad };

// What must be good before a stack lands: each tree, since the target will have
// been at every one of them, or only the last of those that land.
enum class Demand { Each, Last };

struct Stack {
  std::vector<Tree> trees;
  Demand demand = Demand::Each;
};

struct Decision {
  std::size_t lands = 0;               // so many of the first parts
  std::optional<std::size_t> culprit;  // the part behind them; absent: none
  bool operator==(const Decision&) const = default;
};

// Absent as long as tests are missing. A culprit is only ever named between a
// good tree (or the target) and a bad one.
std::optional<Decision> decide(const Stack& stack);

// Of the trees that are to be tested, the one to test next besides those of
// `running`; a Red one is to be tested once more. Absent: nothing, or nothing
// before one of `running` has ended.
//
// The last tree comes first, since it decides all when it is good; beside it
// the middle, as if it were not. Two at a time, one culprit among sixteen parts
// is found, and confirmed, with at most six tests.
std::optional<std::size_t> next(const Stack& stack,
                                const std::set<std::size_t>& running);

}  // namespace orch::mergequeue
