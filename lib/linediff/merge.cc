// SPDX-License-Identifier: MIT
#include "linediff/merge.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace orch::linediff {
namespace {

using Place = std::int64_t;

// What one step of the merge covers in the base and in both results.
struct Stretch {
  enum class Of { Ours, Theirs, Both };
  Of of = Of::Both;
  Place base = 0, base_end = 0;
  Place ours = 0, ours_end = 0;
  Place theirs = 0, theirs_end = 0;
};

bool same_lines(const Lines& a, Place a_start, const Lines& b, Place b_start,
                Place count) {
  return std::equal(a.begin() + a_start, a.begin() + a_start + count,
                    b.begin() + b_start);
}

class Walk {
 public:
  Walk(std::size_t base_lines, const Side& ours, const Side& theirs)
      : base_lines_(static_cast<Place>(base_lines)),
        ours_(ours),
        theirs_(theirs) {}

  void run();
  bool conflicts() const;
  // The stretches on which both sides disagree.
  std::vector<Stretch> clashes() const;
  Lines merged() const;

 private:
  // Where line `base` is in a side, in front of the hunk at `next`.
  Place in_side(const Side& side, std::size_t next, Place base) const {
    if (next < side.hunks.size())
      return Place{side.hunks[next].side} - Place{side.hunks[next].base} + base;
    return base + static_cast<Place>(side.lines.size()) - base_lines_;
  }
  void take_ours(const Hunk& hunk, std::size_t next_theirs);
  void take_theirs(const Hunk& hunk, std::size_t next_ours);
  void take_both(const Hunk& ours, const Hunk& theirs);
  void append(const Stretch& stretch);
  bool is_conflict(const Stretch& stretch) const;

  Place base_lines_;
  const Side& ours_;
  const Side& theirs_;
  std::vector<Stretch> stretches_;
};

// Stretches that touch in one of the results are one; of both sides, when they
// are not of the same.
void Walk::append(const Stretch& stretch) {
  if (!stretches_.empty()) {
    Stretch& last = stretches_.back();
    if (stretch.ours <= last.ours_end || stretch.theirs <= last.theirs_end) {
      if (last.of != stretch.of) last.of = Stretch::Of::Both;
      last.base_end = stretch.base_end;
      last.ours_end = stretch.ours_end;
      last.theirs_end = stretch.theirs_end;
      return;
    }
  }
  stretches_.push_back(stretch);
}

void Walk::take_ours(const Hunk& hunk, std::size_t next_theirs) {
  const Place theirs = in_side(theirs_, next_theirs, hunk.base);
  append({Stretch::Of::Ours, hunk.base, hunk.base_end(), hunk.side,
          hunk.side_end(), theirs, theirs + hunk.base_count});
}

void Walk::take_theirs(const Hunk& hunk, std::size_t next_ours) {
  const Place ours = in_side(ours_, next_ours, hunk.base);
  append({Stretch::Of::Theirs, hunk.base, hunk.base_end(), ours,
          ours + hunk.base_count, hunk.side, hunk.side_end()});
}

// Both hunks, widened to the same lines of the base.
void Walk::take_both(const Hunk& ours, const Hunk& theirs) {
  const Place start = std::min(ours.base, theirs.base);
  const Place end = std::max(ours.base_end(), theirs.base_end());
  append({Stretch::Of::Both, start, end, ours.side - (ours.base - start),
          ours.side_end() + (end - ours.base_end()),
          theirs.side - (theirs.base - start),
          theirs.side_end() + (end - theirs.base_end())});
}

bool Walk::is_conflict(const Stretch& s) const {
  if (s.of != Stretch::Of::Both) return false;
  const Place ours = s.ours_end - s.ours, theirs = s.theirs_end - s.theirs;
  if (ours == 0 || theirs == 0 || ours != theirs) return true;
  return !same_lines(ours_.lines, s.ours, theirs_.lines, s.theirs, ours);
}

void Walk::run() {
  const Hunks &a = ours_.hunks, &b = theirs_.hunks;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i].base_end() < b[j].base) {
      take_ours(a[i++], j);
      continue;
    }
    if (b[j].base_end() < a[i].base) {
      take_theirs(b[j++], i);
      continue;
    }
    const bool same = a[i].base == b[j].base &&
                      a[i].base_count == b[j].base_count &&
                      a[i].side_count == b[j].side_count &&
                      same_lines(ours_.lines, a[i].side, theirs_.lines,
                                 b[j].side, a[i].side_count);
    if (!same) take_both(a[i], b[j]);
    const std::uint32_t a_end = a[i].base_end(), b_end = b[j].base_end();
    if (a_end >= b_end) ++j;
    if (b_end >= a_end) ++i;
  }
  while (i < a.size()) take_ours(a[i++], j);
  while (j < b.size()) take_theirs(b[j++], i);
}

bool Walk::conflicts() const {
  return std::any_of(stretches_.begin(), stretches_.end(),
                     [&](const Stretch& s) { return is_conflict(s); });
}

std::vector<Stretch> Walk::clashes() const {
  std::vector<Stretch> out;
  std::copy_if(stretches_.begin(), stretches_.end(), std::back_inserter(out),
               [&](const Stretch& s) { return is_conflict(s); });
  return out;
}

// Ours, with what is theirs in its place.
Lines Walk::merged() const {
  Lines out;
  auto ours = ours_.lines.begin();
  for (const Stretch& s : stretches_) {
    if (s.of != Stretch::Of::Theirs) continue;
    out.insert(out.end(), ours, ours_.lines.begin() + s.ours);
    out.insert(out.end(), theirs_.lines.begin() + s.theirs,
               theirs_.lines.begin() + s.theirs_end);
    ours = ours_.lines.begin() + s.ours_end;
  }
  out.insert(out.end(), ours, ours_.lines.end());
  return out;
}

Span span(Place start, Place end) {
  return {static_cast<std::size_t>(start),
          static_cast<std::size_t>(end - start)};
}

}  // namespace

bool conflicts(std::size_t base_lines, const Side& ours, const Side& theirs) {
  Walk walk(base_lines, ours, theirs);
  walk.run();
  return walk.conflicts();
}

Clashes clashes(std::size_t base_lines, const Side& ours, const Side& theirs) {
  Walk walk(base_lines, ours, theirs);
  walk.run();
  Clashes out;
  for (const Stretch& s : walk.clashes())
    out.push_back({span(s.base, s.base_end), span(s.ours, s.ours_end),
                   span(s.theirs, s.theirs_end)});
  return out;
}

std::optional<Lines> merged(std::size_t base_lines, const Side& ours,
                            const Side& theirs) {
  Walk walk(base_lines, ours, theirs);
  walk.run();
  if (walk.conflicts()) return std::nullopt;
  return walk.merged();
}

}  // namespace orch::linediff
