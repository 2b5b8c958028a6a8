// SPDX-License-Identifier: MIT
#include "linediff/diff.h"

#include <algorithm>
#include <span>

#include "linediff/histogram.h"
#include "linediff/myers.h"

namespace orch::linediff {
namespace {

// A group of changed lines between two unchanged ones, maybe of none: the n-th
// group of one text belongs to the n-th of the other, since the unchanged lines
// are the same.
class Group {
 public:
  explicit Group(Flags& changed) : changed_(changed) { grow_down(); }

  bool is_empty() const { return start_ == end_; }
  std::ptrdiff_t start() const { return start_; }
  std::ptrdiff_t end() const { return end_; }
  std::ptrdiff_t size() const { return end_ - start_; }

  bool advance() {
    if (end_ == changed_.lines()) return false;
    start_ = end_ = end_ + 1;
    grow_down();
    return true;
  }
  void retreat() {
    start_ = end_ = start_ - 1;
    grow_up();
  }

  // One line up or down, when that leaves the same text; swallows a group that
  // it then touches.
  bool slide_up(const Lines& lines) {
    if (start_ == 0 || line(lines, start_ - 1) != line(lines, end_ - 1))
      return false;
    changed_[--start_] = 1;
    changed_[--end_] = 0;
    grow_up();
    return true;
  }
  bool slide_down(const Lines& lines) {
    if (end_ == changed_.lines() || line(lines, start_) != line(lines, end_))
      return false;
    changed_[start_++] = 0;
    changed_[end_++] = 1;
    grow_down();
    return true;
  }

 private:
  static Line line(const Lines& lines, std::ptrdiff_t at) {
    return lines[static_cast<std::size_t>(at)];
  }
  void grow_up() {
    while (changed_[start_ - 1]) --start_;
  }
  void grow_down() {
    while (changed_[end_]) ++end_;
  }

  Flags& changed_;
  std::ptrdiff_t start_ = 0, end_ = 0;
};

// Moves one group as far down as it goes; returns how often it may be moved up
// again, and whether some place on the way has a change in the other text.
struct Slack {
  bool can_move = false;
  bool meets_other = false;
};
Slack slide_to_the_end(const Lines& lines, Group& group, Group& other) {
  Slack slack;
  std::ptrdiff_t size;
  do {
    size = group.size();
    while (group.slide_up(lines)) other.retreat();
    const std::ptrdiff_t highest = group.end();
    slack.meets_other = !other.is_empty();
    while (group.slide_down(lines)) {
      other.advance();
      if (!other.is_empty()) slack.meets_other = true;
    }
    slack.can_move = group.end() != highest;
  } while (size != group.size());  // it has swallowed another: once more
  return slack;
}

bool share_a_line(const Lines& a, const Group& in_a, const Lines& b,
                  const Group& in_b) {
  if (in_a.is_empty() || in_b.is_empty()) return false;
  Lines ours(a.begin() + in_a.start(), a.begin() + in_a.end());
  Lines theirs(b.begin() + in_b.start(), b.begin() + in_b.end());
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  auto i = ours.begin(), j = theirs.begin();
  while (i != ours.end() && j != theirs.end() && *i != *j) *i < *j ? ++i : ++j;
  return i != ours.end() && j != theirs.end();
}

enum class Version { Old, Newer };

// Two texts, of which one is gone through.
struct Sides {
  const Lines& lines;
  Flags& changed;
  const Lines& lines_there;
  Flags& changed_there;
};

void compare_anew(const Sides& sides, const Group& group, const Group& other) {
  const auto part = [](auto&& all, const Group& of) {
    return std::span(all).subspan(static_cast<std::size_t>(of.start()),
                                  static_cast<std::size_t>(of.size()));
  };
  mark_by_myers(part(sides.lines, group), part(sides.lines_there, other),
                part(sides.changed.span(), group),
                part(sides.changed_there.span(), other));
}

// Where the place of a change is ambiguous, it goes next to a change of the
// other text when it can, else as far down as it can. True when versions of git
// differ: one has moved onto another that has a line in common with it, and
// newer ones compare the two once more.
bool compact(const Sides& sides, Version version) {
  bool differs = false;
  Group group(sides.changed), other(sides.changed_there);
  do {
    if (group.is_empty()) continue;
    const std::ptrdiff_t start = group.start(), end = group.end();
    const Slack slack = slide_to_the_end(sides.lines, group, other);
    if (slack.can_move && slack.meets_other)
      while (other.is_empty()) {
        group.slide_up(sides.lines);
        other.retreat();
      }
    const bool has_moved = group.start() != start || group.end() != end;
    if (!has_moved ||
        !share_a_line(sides.lines, group, sides.lines_there, other))
      continue;
    differs = true;
    if (version == Version::Newer) compare_anew(sides, group, other);
  } while (group.advance() && other.advance());
  return differs;
}

Hunks hunks_of(Flags& in_base, Flags& in_side) {
  Hunks hunks;
  Group base(in_base), side(in_side);
  do {
    if (base.is_empty() && side.is_empty()) continue;
    hunks.push_back({static_cast<std::uint32_t>(base.start()),
                     static_cast<std::uint32_t>(base.size()),
                     static_cast<std::uint32_t>(side.start()),
                     static_cast<std::uint32_t>(side.size())});
  } while (base.advance() && side.advance());
  return hunks;
}

}  // namespace

Differ::Differ() : workspace_(std::make_unique<Workspace>()) {}
Differ::~Differ() = default;

std::optional<Diff> Differ::diff(const Lines& base, const Lines& side) {
  Flags in_base(base.size()), in_side(side.size());
  if (!mark_by_histogram(base, side, *workspace_, &in_base, &in_side))
    return std::nullopt;
  Flags newer_base = in_base, newer_side = in_side;
  Diff diff;
  bool differs = compact({base, in_base, side, in_side}, Version::Old);
  differs |= compact({side, in_side, base, in_base}, Version::Old);
  diff.hunks = hunks_of(in_base, in_side);
  if (!differs) return diff;
  compact({base, newer_base, side, newer_side}, Version::Newer);
  compact({side, newer_side, base, newer_base}, Version::Newer);
  diff.newer = hunks_of(newer_base, newer_side);
  if (*diff.newer == diff.hunks) diff.newer.reset();
  return diff;
}

}  // namespace orch::linediff
