// SPDX-License-Identifier: MIT
#include "linediff/myers.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

// "An O(ND) Difference Algorithm and Its Variations" (Myers 1986), in linear
// space, as in LibXDiff: lines without a partner are left out beforehand, and
// so are frequent ones among them; a search that becomes expensive ends at a
// place that looks good.
namespace orch::linediff {
namespace {

using Place = std::ptrdiff_t;
using Marks = std::span<std::uint8_t>;

constexpr Place kFar = std::numeric_limits<Place>::max();
constexpr Place kLongSnake = 20;      // equal lines in a row
constexpr Place kLeastCost = 256;     // before a search may end early
constexpr Place kGoodForItsCost = 4;  // lines gone per change

// git's estimate of a square root: a power of two.
Place root_of(Place n) {
  Place root = 1;
  for (; n > 0; n /= 4) root *= 2;
  return root;
}

// A text without the lines that are known to differ.
struct Kept {
  Lines lines;
  std::vector<std::size_t> where;  // in the text
};

struct Box {
  Place a = 0, a_end = 0, b = 0, b_end = 0;
};

// Where a box is divided. The shortcuts are open to a part unless it is
// `exact`: a search that has met in the middle is not cut short below.
struct Split {
  Place a = 0, b = 0;
  bool exact_above = true, exact_below = true;
};

// Searches from both corners of a box at once, by diagonals: a line of `a`
// minus a line of `b`.
class Search {
 public:
  Search(const Lines& a, const Lines& b)
      : a_(a), b_(b), diagonals_(a.size() + b.size() + 3) {
    forward_.resize(2 * diagonals_ + 2);
    zero_ = static_cast<Place>(b.size()) + 1;
    most_ = std::max(root_of(static_cast<Place>(diagonals_)), kLeastCost);
  }

  Split split(const Box& box, bool exact);

 private:
  bool same(Place a, Place b) const {
    return a_[static_cast<std::size_t>(a)] == b_[static_cast<std::size_t>(b)];
  }
  // The furthest line of `a` that each search has reached on a diagonal.
  Place& ahead(Place d) {
    return forward_[static_cast<std::size_t>(zero_ + d)];
  }
  Place& back(Place d) {
    return forward_[diagonals_ + static_cast<std::size_t>(zero_ + d)];
  }
  void widen_ahead();
  void widen_back();
  bool step_ahead(Split* split);
  bool step_back(Split* split);
  bool sample_ahead(Split* split);
  bool sample_back(Split* split);
  Split furthest();

  const Lines &a_, &b_;
  std::size_t diagonals_;
  std::vector<Place> forward_;  // and behind it, backward
  Place zero_ = 0, most_ = 0;

  // Of one split.
  Box box_;
  Place start_ = 0, end_ = 0;  // diagonals of the two corners
  Place ahead_low_ = 0, ahead_high_ = 0, back_low_ = 0, back_high_ = 0;
  Place cost_ = 0;
  bool long_snake_ = false;
};

// One diagonal more on each side; at the border of the box one less, so that
// every second one is looked at.
void Search::widen_ahead() {
  if (ahead_low_ > box_.a - box_.b_end)
    ahead(--ahead_low_ - 1) = -1;
  else
    ++ahead_low_;
  if (ahead_high_ < box_.a_end - box_.b)
    ahead(++ahead_high_ + 1) = -1;
  else
    --ahead_high_;
}

void Search::widen_back() {
  if (back_low_ > box_.a - box_.b_end)
    back(--back_low_ - 1) = kFar;
  else
    ++back_low_;
  if (back_high_ < box_.a_end - box_.b)
    back(++back_high_ + 1) = kFar;
  else
    --back_high_;
}

// True when the two searches have met.
bool Search::step_ahead(Split* split) {
  const bool odd = (start_ - end_) % 2 != 0;
  for (Place d = ahead_high_; d >= ahead_low_; d -= 2) {
    const Place from = std::max(ahead(d - 1) + 1, ahead(d + 1));
    Place x = from, y = x - d;
    while (x < box_.a_end && y < box_.b_end && same(x, y)) ++x, ++y;
    long_snake_ = long_snake_ || x - from > kLongSnake;
    ahead(d) = x;
    if (odd && back_low_ <= d && d <= back_high_ && back(d) <= x) {
      *split = {x, y};
      return true;
    }
  }
  return false;
}

bool Search::step_back(Split* split) {
  const bool odd = (start_ - end_) % 2 != 0;
  for (Place d = back_high_; d >= back_low_; d -= 2) {
    const Place from = std::min(back(d - 1), back(d + 1) - 1);
    Place x = from, y = x - d;
    while (x > box_.a && y > box_.b && same(x - 1, y - 1)) --x, --y;
    long_snake_ = long_snake_ || from - x > kLongSnake;
    back(d) = x;
    if (!odd && ahead_low_ <= d && d <= ahead_high_ && x <= ahead(d)) {
      *split = {x, y};
      return true;
    }
  }
  return false;
}

// The place that is furthest for its cost, with a long snake in front of it.
bool Search::sample_ahead(Split* split) {
  Place best = 0;
  for (Place d = ahead_high_; d >= ahead_low_; d -= 2) {
    const Place x = ahead(d), y = x - d;
    const Place gone = (x - box_.a) + (y - box_.b) - std::abs(d - start_);
    if (gone <= kGoodForItsCost * cost_ || gone <= best) continue;
    if (x < box_.a + kLongSnake || x >= box_.a_end || y < box_.b + kLongSnake ||
        y >= box_.b_end)
      continue;
    Place k = 1;
    while (k <= kLongSnake && same(x - k, y - k)) ++k;
    if (k <= kLongSnake) continue;
    best = gone;
    *split = {x, y, true, false};
  }
  return best > 0;
}

bool Search::sample_back(Split* split) {
  Place best = 0;
  for (Place d = back_high_; d >= back_low_; d -= 2) {
    const Place x = back(d), y = x - d;
    const Place gone = (box_.a_end - x) + (box_.b_end - y) - std::abs(d - end_);
    if (gone <= kGoodForItsCost * cost_ || gone <= best) continue;
    if (x <= box_.a || x > box_.a_end - kLongSnake || y <= box_.b ||
        y > box_.b_end - kLongSnake)
      continue;
    Place k = 0;
    while (k < kLongSnake && same(x + k, y + k)) ++k;
    if (k < kLongSnake) continue;
    best = gone;
    *split = {x, y, false, true};
  }
  return best > 0;
}

// What came furthest of both searches, whatever it is worth.
Split Search::furthest() {
  Place most = -1, most_x = -1, least = kFar, least_x = kFar;
  for (Place d = ahead_high_; d >= ahead_low_; d -= 2) {
    Place x = std::min(ahead(d), box_.a_end);
    if (x - d > box_.b_end) x = box_.b_end + d;
    if (x + x - d <= most) continue;
    most = x + x - d;
    most_x = x;
  }
  for (Place d = back_high_; d >= back_low_; d -= 2) {
    Place x = std::max(box_.a, back(d));
    if (x - d < box_.b) x = box_.b + d;
    if (x + x - d >= least) continue;
    least = x + x - d;
    least_x = x;
  }
  if (box_.a_end + box_.b_end - least < most - (box_.a + box_.b))
    return {most_x, most - most_x, true, false};
  return {least_x, least - least_x, false, true};
}

Split Search::split(const Box& box, bool exact) {
  box_ = box;
  start_ = ahead_low_ = ahead_high_ = box.a - box.b;
  end_ = back_low_ = back_high_ = box.a_end - box.b_end;
  ahead(start_) = box.a;
  back(end_) = box.a_end;
  Split split;
  for (cost_ = 1;; ++cost_) {
    long_snake_ = false;
    widen_ahead();
    if (step_ahead(&split)) return split;
    widen_back();
    if (step_back(&split)) return split;
    if (exact) continue;
    if (long_snake_ && cost_ > kLeastCost &&
        (sample_ahead(&split) || sample_back(&split)))
      return split;
    if (cost_ >= most_) return furthest();
  }
}

class Comparison {
 public:
  Comparison(std::span<const Line> a, std::span<const Line> b, Marks in_a,
             Marks in_b);

  void run();

 private:
  enum class Partners : std::uint8_t { None, Some, Many };

  static bool stands_among_lonely(const std::vector<Partners>& partners,
                                  std::size_t at);
  Kept keep(std::span<const Line> text, std::size_t all, bool is_a,
            Marks marks) const;
  void compare(Box box, bool exact, Search& search);

  std::span<const Line> a_, b_;
  Marks in_a_, in_b_;
  std::unordered_map<Line, std::pair<Place, Place>> counts_;
  std::size_t all_a_, all_b_;  // lines, those that are trimmed included
  Kept kept_a_, kept_b_;
};

Comparison::Comparison(std::span<const Line> a, std::span<const Line> b,
                       Marks in_a, Marks in_b)
    : a_(a),
      b_(b),
      in_a_(in_a),
      in_b_(in_b),
      all_a_(a.size()),
      all_b_(b.size()) {
  std::fill(in_a.begin(), in_a.end(), 0);
  std::fill(in_b.begin(), in_b.end(), 0);
  for (const Line line : a) ++counts_[line].first;
  for (const Line line : b) ++counts_[line].second;
  std::size_t start = 0;
  while (start < std::min(a_.size(), b_.size()) && a_[start] == b_[start])
    ++start;
  std::size_t end = 0;
  while (end < std::min(a_.size(), b_.size()) - start &&
         a_[a_.size() - 1 - end] == b_[b_.size() - 1 - end])
    ++end;
  const auto trim = [&](auto& span) {
    span = span.subspan(start, span.size() - start - end);
  };
  trim(a_), trim(b_), trim(in_a_), trim(in_b_);
}

// Whether the lines around one with many partners mostly have none: on both
// sides there is one without, and of all up to the next line with some
// partners, those with many are less than a quarter.
bool Comparison::stands_among_lonely(const std::vector<Partners>& partners,
                                     std::size_t at) {
  constexpr std::size_t kWindow = 100;
  std::size_t none = 0, many = 2;
  const auto count = [&](std::size_t i) {
    if (partners[i] == Partners::Some) return false;
    ++(partners[i] == Partners::None ? none : many);
    return true;
  };
  for (std::size_t r = 1; r <= std::min(at, kWindow) && count(at - r);) ++r;
  const std::size_t before = none;
  if (before == 0) return false;
  const std::size_t behind = partners.size() - 1 - at;
  for (std::size_t r = 1; r <= std::min(behind, kWindow) && count(at + r);) ++r;
  return none > before && many * 4 < many + none;
}

Kept Comparison::keep(std::span<const Line> text, std::size_t all, bool is_a,
                      Marks marks) const {
  constexpr Place kMostPartners = 1024;
  const Place limit = std::min(root_of(static_cast<Place>(all)), kMostPartners);
  std::vector<Partners> partners;
  partners.reserve(text.size());
  for (const Line line : text) {
    const auto& [of_a, of_b] = counts_.at(line);
    const Place n = is_a ? of_b : of_a;
    partners.push_back(n == 0      ? Partners::None
                       : n < limit ? Partners::Some
                                   : Partners::Many);
  }
  Kept kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    marks[i] =
        partners[i] == Partners::None ||
        (partners[i] == Partners::Many && stands_among_lonely(partners, i));
    if (marks[i]) continue;
    kept.lines.push_back(text[i]);
    kept.where.push_back(i);
  }
  return kept;
}

void Comparison::compare(Box box, bool exact, Search& search) {
  const auto same = [&](Place a, Place b) {
    return kept_a_.lines[static_cast<std::size_t>(a)] ==
           kept_b_.lines[static_cast<std::size_t>(b)];
  };
  const auto is_open = [&] { return box.a < box.a_end && box.b < box.b_end; };
  while (is_open() && same(box.a, box.b)) ++box.a, ++box.b;
  while (is_open() && same(box.a_end - 1, box.b_end - 1))
    --box.a_end, --box.b_end;
  if (is_open()) {
    const Split split = search.split(box, exact);
    compare({box.a, split.a, box.b, split.b}, split.exact_above, search);
    compare({split.a, box.a_end, split.b, box.b_end}, split.exact_below,
            search);
    return;
  }
  for (; box.a < box.a_end; ++box.a)
    in_a_[kept_a_.where[static_cast<std::size_t>(box.a)]] = 1;
  for (; box.b < box.b_end; ++box.b)
    in_b_[kept_b_.where[static_cast<std::size_t>(box.b)]] = 1;
}

void Comparison::run() {
  kept_a_ = keep(a_, all_a_, true, in_a_);
  kept_b_ = keep(b_, all_b_, false, in_b_);
  Search search(kept_a_.lines, kept_b_.lines);
  compare({0, static_cast<Place>(kept_a_.lines.size()), 0,
           static_cast<Place>(kept_b_.lines.size())},
          false, search);
}

}  // namespace

void mark_by_myers(std::span<const Line> a, std::span<const Line> b,
                   std::span<std::uint8_t> in_a, std::span<std::uint8_t> in_b) {
  Comparison(a, b, in_a, in_b).run();
}

}  // namespace orch::linediff
