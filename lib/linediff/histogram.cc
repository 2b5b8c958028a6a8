// SPDX-License-Identifier: MIT
#include "linediff/histogram.h"

#include <algorithm>
#include <span>

#include "linediff/myers.h"

// The histogram algorithm, as JGit and git describe it: of all runs of equal
// lines in a region of the two texts, the one with the rarest line (counted in
// the base) splits the region, the longer one among equals; then both parts are
// treated likewise. A line that occurs more than 64 times in the base's region
// is never the start of such a run, and a region that shares no other is
// compared by the algorithm of Myers.
namespace orch::linediff {
namespace {

constexpr std::uint32_t kMostOccurrences = 64;
constexpr std::uint32_t kNone = ~0u;

// [base, base_end) and [side, side_end).
struct Region {
  std::uint32_t base = 0, base_end = 0, side = 0, side_end = 0;

  bool is_empty() const { return base == base_end && side == side_end; }
  std::uint32_t length() const { return base_end - base; }
};

class Histogram {
 public:
  Histogram(const Lines& base, const Lines& side, Workspace& workspace);

  bool mark(Flags* in_base, Flags* in_side);

 private:
  enum class Found { Run, Nothing, TooOftenOnly, TooCrowded };

  bool count(const Region& region);
  Found find_run(const Region& region, Region* run);
  std::uint32_t try_line(const Region& region, std::uint32_t at, Region* run);
  Region run_around(const Region& region, std::uint32_t base,
                    std::uint32_t side, std::uint32_t* rarity) const;
  void mark_region_by_myers(const Region& region, Flags* in_base,
                            Flags* in_side) const;

  // Distinct lines of the base, numbered in the order of their first
  // occurrence; kNone for a line of the side that the base lacks.
  std::vector<std::uint32_t> base_, side_;
  // Of the region, by distinct line: how often, and where first.
  std::vector<std::uint32_t> occurrences_, first_;
  std::vector<std::uint32_t> next_;     // the same line again, by base line
  std::vector<std::uint8_t> crowding_;  // by git's hash bucket
  std::uint32_t rarest_ = 0;
  bool shares_ = false;  // a line of the region is in both
};

Histogram::Histogram(const Lines& base, const Lines& side,
                     Workspace& workspace) {
  std::vector<std::uint32_t>&rank = workspace.rank, &stamp = workspace.stamp;
  const std::uint32_t now = ++workspace.generation;
  std::uint32_t distinct = 0;
  base_.reserve(base.size());
  for (const Line line : base) {
    if (line >= stamp.size()) {
      stamp.resize(line + line / 2 + 1);
      rank.resize(stamp.size());
    }
    if (stamp[line] != now) {
      stamp[line] = now;
      rank[line] = distinct++;
    }
    base_.push_back(rank[line]);
  }
  side_.reserve(side.size());
  for (const Line line : side)
    side_.push_back(line < stamp.size() && stamp[line] == now ? rank[line]
                                                              : kNone);
  occurrences_.resize(distinct);
  first_.resize(distinct);
  next_.resize(base.size());
}

// Fills the table for a region. git keeps it as a hash table whose chains hold
// at most 64 distinct lines, and gives up beyond: false.
bool Histogram::count(const Region& region) {
  for (std::uint32_t i = region.base; i < region.base_end; ++i)
    occurrences_[base_[i]] = 0;
  unsigned bits = 1;
  while ((std::uint64_t{1} << bits) < region.length()) ++bits;
  const bool may_crowd = region.length() > kMostOccurrences;
  if (may_crowd) crowding_.assign(std::size_t{1} << bits, 0);
  for (std::uint32_t i = region.base_end; i-- > region.base;) {
    const std::uint32_t line = base_[i];
    next_[i] = occurrences_[line] ? first_[line] : kNone;
    if (occurrences_[line]++ == 0 && may_crowd) {
      const std::uint64_t hash = line + (std::uint64_t{line} >> bits);
      auto& bucket = crowding_[hash & (crowding_.size() - 1)];
      if (bucket == kMostOccurrences) return false;
      ++bucket;
    }
    first_[line] = i;
  }
  return true;
}

Region Histogram::run_around(const Region& region, std::uint32_t base,
                             std::uint32_t side, std::uint32_t* rarity) const {
  const auto weigh = [&](std::uint32_t line) {
    if (*rarity > 1) *rarity = std::min(*rarity, occurrences_[line]);
  };
  Region run{base, base + 1, side, side + 1};
  while (run.base > region.base && run.side > region.side &&
         base_[run.base - 1] == side_[run.side - 1]) {
    --run.base;
    --run.side;
    weigh(base_[run.base]);
  }
  while (run.base_end < region.base_end && run.side_end < region.side_end &&
         base_[run.base_end] == side_[run.side_end])
    weigh(base_[run.base_end++]), ++run.side_end;
  return run;
}

// Tries every occurrence in the base of the side's line `at`. Returns the next
// line of the side to try: behind the longest run that was seen.
std::uint32_t Histogram::try_line(const Region& region, std::uint32_t at,
                                  Region* run) {
  std::uint32_t next = at + 1;
  const std::uint32_t line = side_[at];
  if (line == kNone) return next;
  // What is left in the table from another region is not of this one.
  const std::uint32_t first = first_[line];
  if (occurrences_[line] == 0 || first < region.base ||
      first >= region.base_end || base_[first] != line)
    return next;
  shares_ = true;
  if (occurrences_[line] > rarest_) return next;
  for (std::uint32_t base = first; base != kNone;) {
    std::uint32_t rarity = occurrences_[line];
    const Region found = run_around(region, base, at, &rarity);
    next = std::max(next, found.side_end);
    const std::uint32_t longest = run->length() ? run->length() : 1;
    if (found.length() > longest || rarity < rarest_) {
      *run = found;
      rarest_ = rarity;
    }
    base = next_[base];
    while (base != kNone && base < found.base_end) base = next_[base];
  }
  return next;
}

Histogram::Found Histogram::find_run(const Region& region, Region* run) {
  if (!count(region)) return Found::TooCrowded;
  rarest_ = kMostOccurrences + 1;
  shares_ = false;
  for (std::uint32_t at = region.side; at < region.side_end;)
    at = try_line(region, at, run);
  if (shares_ && rarest_ > kMostOccurrences) return Found::TooOftenOnly;
  return run->length() ? Found::Run : Found::Nothing;
}

void Histogram::mark_region_by_myers(const Region& region, Flags* in_base,
                                     Flags* in_side) const {
  const auto of_base = [&](auto&& all) {
    return std::span(all).subspan(region.base, region.length());
  };
  const auto of_side = [&](auto&& all) {
    return std::span(all).subspan(region.side, region.side_end - region.side);
  };
  mark_by_myers(of_base(base_), of_side(side_), of_base(in_base->span()),
                of_side(in_side->span()));
}

bool Histogram::mark(Flags* in_base, Flags* in_side) {
  std::vector<Region> open{{0, static_cast<std::uint32_t>(base_.size()), 0,
                            static_cast<std::uint32_t>(side_.size())}};
  while (!open.empty()) {
    const Region region = open.back();
    open.pop_back();
    if (region.is_empty()) continue;
    Region run;
    Found found = Found::Nothing;
    if (region.base != region.base_end && region.side != region.side_end)
      found = find_run(region, &run);
    if (found == Found::Nothing) {
      for (std::uint32_t i = region.base; i < region.base_end; ++i)
        (*in_base)[i] = 1;
      for (std::uint32_t i = region.side; i < region.side_end; ++i)
        (*in_side)[i] = 1;
      continue;
    }
    if (found == Found::TooCrowded) return false;
    if (found == Found::TooOftenOnly) {
      mark_region_by_myers(region, in_base, in_side);
      continue;
    }
    open.push_back(
        {run.base_end, region.base_end, run.side_end, region.side_end});
    open.push_back({region.base, run.base, region.side, run.side});
  }
  return true;
}

}  // namespace

bool mark_by_histogram(const Lines& base, const Lines& side,
                       Workspace& workspace, Flags* in_base, Flags* in_side) {
  return Histogram(base, side, workspace).mark(in_base, in_side);
}

}  // namespace orch::linediff
