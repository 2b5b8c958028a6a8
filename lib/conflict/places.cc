// SPDX-License-Identifier: MIT
#include "conflict/places.h"

#include <algorithm>
#include <iterator>

#include "linediff/diff.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

using linediff::Clash;
using linediff::Clashes;
using linediff::Hunk;
using linediff::Lines;
using linediff::Span;

// All between what the texts begin and end with in common.
Clashes whole(const std::vector<const Lines*>& texts) {
  std::size_t least = texts[0]->size(), start = 0, end = 0;
  for (const Lines* t : texts) least = std::min(least, t->size());
  const auto is_same = [&](auto line_of) {
    return std::all_of(texts.begin(), texts.end(), [&](const Lines* t) {
      return line_of(*t) == line_of(*texts[0]);
    });
  };
  while (start < least && is_same([&](const Lines& t) { return t[start]; }))
    ++start;
  while (end < least - start &&
         is_same([&](const Lines& t) { return t[t.size() - 1 - end]; }))
    ++end;
  const auto rest = [&](const Lines& t) {
    return Span{start, t.size() - start - end};
  };
  const Clash all{rest(*texts[0]), rest(*texts[1]), rest(*texts[2])};
  if (all.base.count + all.ours.count + all.theirs.count == 0) return {};
  return {all};
}

// Two texts, of which `from` stands in `from_span` of a clash.
Clashes between(const Lines& from, const Lines& to, Span Clash::*from_span,
                Span Clash::*to_span) {
  const auto diff = linediff::Differ().diff(from, to);
  Clashes out;
  const auto add = [&](Span a, Span b) {
    out.emplace_back();
    out.back().*from_span = a;
    out.back().*to_span = b;
  };
  if (diff) {
    for (const Hunk& h : diff->hunks)
      add({h.base, h.base_count}, {h.side, h.side_count});
  } else {
    for (const Clash& all : whole({&from, &to, &to})) add(all.base, all.ours);
  }
  return out;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  auto lines = text::split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

Clashes places_of(const std::string* base, const std::string* ours,
                  const std::string* theirs) {
  linediff::Interner interner;
  const auto split = [&](const std::string* text) {
    return text ? interner.split(*text) : Lines();
  };
  const Lines o = split(base), a = split(ours), b = split(theirs);
  if (!ours && !theirs) return {};
  if (!theirs) return between(o, a, &Clash::base, &Clash::ours);
  if (!ours) return between(o, b, &Clash::base, &Clash::theirs);
  if (!base) return between(a, b, &Clash::ours, &Clash::theirs);
  linediff::Differ differ;
  const auto to_a = differ.diff(o, a), to_b = differ.diff(o, b);
  if (!to_a || !to_b) return whole({&o, &a, &b});
  auto clashes =
      linediff::clashes(o.size(), {a, to_a->hunks}, {b, to_b->hunks});
  return clashes.empty() ? whole({&o, &a, &b}) : clashes;
}

}  // namespace orch::conflict
