// SPDX-License-Identifier: MIT
#include "mergequeue/stack.h"

namespace orch::mergequeue {
namespace {

bool failed(Tree tree) { return tree == Tree::Red || tree == Tree::Bad; }

// Signed, since the target itself, which is good, stands at -1.
using Index = std::ptrdiff_t;

struct Span {
  Index good = -1;  // the last good one before `red`
  Index red = 0;    // the first that failed; the size of the stack: none
};

Span span_of(const Stack& stack) {
  const auto& trees = stack.trees;
  const auto size = static_cast<Index>(trees.size());
  Span out{-1, size};
  for (Index i = 0; i < size && out.red == size; ++i)
    if (failed(trees[static_cast<std::size_t>(i)])) out.red = i;
  for (Index i = 0; i < out.red; ++i)
    if (trees[static_cast<std::size_t>(i)] == Tree::Good) out.good = i;
  return out;
}

class Choice {
 public:
  Choice(const Stack& stack, const std::set<std::size_t>& running)
      : trees_(stack.trees), running_(running) {}

  std::optional<std::size_t> next(Demand demand) const {
    const auto size = static_cast<Index>(trees_.size());
    const Span span = span_of({trees_, demand});
    const bool is_red = span.red < size;
    if (!is_red && span.good != size - 1 && is_free(size - 1))
      return static_cast<std::size_t>(size - 1);
    // As long as the last is being tested, it counts as failed here.
    const Index red = is_red ? span.red : size - 1;
    if (red - span.good == 1 && is_red && is_free(red) && at(red) == Tree::Red)
      return static_cast<std::size_t>(red);
    if (red - span.good > 1) return halve(span.good, red, is_red);
    // What lands must have been tested tree by tree, once the culprit is known:
    // until then nothing is tested that may not be needed.
    if (is_red && at(red) != Tree::Bad) return std::nullopt;
    if (demand == Demand::Last) return std::nullopt;
    for (Index i = 0; i < span.good; ++i)
      if (at(i) == Tree::Unknown && is_free(i))
        return static_cast<std::size_t>(i);
    return std::nullopt;
  }

 private:
  Tree at(Index i) const { return trees_[static_cast<std::size_t>(i)]; }
  bool is_free(Index i) const {
    return !running_.contains(static_cast<std::size_t>(i));
  }
  // The middle between two ends. Where it is being tested, and nothing is known
  // to have failed yet, that of the lower half, and so on.
  std::optional<std::size_t> halve(Index good, Index red, bool is_red) const {
    for (; red - good > 1; red = good + (red - good) / 2) {
      const Index middle = good + (red - good) / 2;
      if (is_free(middle)) return static_cast<std::size_t>(middle);
      if (is_red) break;
    }
    return std::nullopt;
  }

  const std::vector<Tree>& trees_;
  const std::set<std::size_t>& running_;
};

}  // namespace

std::optional<Decision> decide(const Stack& stack) {
  const auto& trees = stack.trees;
  if (trees.empty()) return Decision{};
  if (stack.demand == Demand::Last) {
    if (trees.back() == Tree::Good) return Decision{trees.size(), {}};
    const Span span = span_of(stack);
    if (span.red == static_cast<Index>(trees.size()) ||
        span.red - span.good != 1 ||
        trees[static_cast<std::size_t>(span.red)] != Tree::Bad)
      return std::nullopt;
    return Decision{static_cast<std::size_t>(span.red),
                    static_cast<std::size_t>(span.red)};
  }
  for (std::size_t i = 0; i < trees.size(); ++i) {
    if (trees[i] == Tree::Good) continue;
    if (trees[i] != Tree::Bad) return std::nullopt;
    return Decision{i, i};
  }
  return Decision{trees.size(), {}};
}

std::optional<std::size_t> next(const Stack& stack,
                                const std::set<std::size_t>& running) {
  if (stack.trees.empty() || decide(stack)) return std::nullopt;
  return Choice(stack, running).next(stack.demand);
}

}  // namespace orch::mergequeue
