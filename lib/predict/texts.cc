// SPDX-License-Identifier: MIT
#include "predict/texts.h"

#include "linediff/merge.h"

namespace orch::predict {
namespace {

// git takes a file for binary when it sees a NUL this early.
constexpr std::size_t kLookedAt = 8000;
// Beyond, everything is read anew: a few hundred megabytes.
constexpr std::size_t kMostLines = 32 << 20;

}  // namespace

void TextMerger::drop_when_full() {
  if (held_ < kMostLines) return;
  held_ = 0;
  texts_.clear();
  sides_.clear();
  interner_ = {};
}

const TextMerger::Text& TextMerger::text(const Id& id) {
  auto& slot = texts_[id];
  if (slot) return *slot;
  const std::string bytes = database_.require(id, objects::Kind::Blob);
  auto made = std::make_unique<Text>();
  made->is_binary = std::string_view(bytes).substr(0, kLookedAt).find('\0') !=
                    std::string_view::npos;
  if (!made->is_binary) made->lines = interner_.split(bytes);
  held_ += made->lines.size();
  slot = std::move(made);
  return *slot;
}

const std::optional<linediff::Diff>& TextMerger::diff(const Id& base,
                                                      const Id& side) {
  const auto it = sides_.find({base, side});
  if (it != sides_.end()) return it->second;
  auto made = differ_.diff(text(base).lines, text(side).lines);
  return sides_.emplace(objects::IdPair{base, side}, std::move(made))
      .first->second;
}

Texts TextMerger::merge_texts(const Id& base, const Id& ours,
                              const Id& theirs) {
  const Text &o = text(base), &a = text(ours), &b = text(theirs);
  if (o.is_binary || a.is_binary || b.is_binary) return Texts::Binary;
  const auto& to_ours = diff(base, ours);
  const auto& to_theirs = diff(base, theirs);
  if (!to_ours || !to_theirs) return Texts::Undecided;
  const auto conflicts = [&](const linediff::Hunks& of_ours,
                             const linediff::Hunks& of_theirs) {
    return linediff::conflicts(o.lines.size(), {a.lines, of_ours},
                               {b.lines, of_theirs});
  };
  const bool found = conflicts(to_ours->hunks, to_theirs->hunks);
  // What depends on git's version is left to the one that is here.
  if ((to_ours->newer || to_theirs->newer) &&
      found != conflicts(to_ours->newer.value_or(to_ours->hunks),
                         to_theirs->newer.value_or(to_theirs->hunks)))
    return Texts::Undecided;
  return found ? Texts::Conflict : Texts::Merge;
}

Texts TextMerger::merge(const std::optional<Id>& base, const Id& ours,
                        const Id& theirs) {
  drop_when_full();
  if (!base) {
    const Text &a = text(ours), &b = text(theirs);
    if (a.is_binary || b.is_binary) return Texts::Binary;
    // Two additions to an empty text, and not the same.
    return a.lines.empty() || b.lines.empty() ? Texts::Merge : Texts::Conflict;
  }
  auto& known = merges_[*base];
  const auto it = known.find({ours, theirs});
  if (it != known.end()) return it->second;
  const Texts made = merge_texts(*base, ours, theirs);
  known.emplace(objects::IdPair{ours, theirs}, made);
  return made;
}

std::optional<std::string> TextMerger::merged(const std::optional<Id>& base,
                                              const Id& ours,
                                              const Id& theirs) {
  if (merge(base, ours, theirs) != Texts::Merge) return std::nullopt;
  const Text &a = text(ours), &b = text(theirs);
  linediff::Lines lines;
  if (!base) {
    lines = a.lines.empty() ? b.lines : a.lines;
  } else {
    const auto merged = [&](const linediff::Hunks& of_ours,
                            const linediff::Hunks& of_theirs) {
      return *linediff::merged(text(*base).lines.size(), {a.lines, of_ours},
                               {b.lines, of_theirs});
    };
    const linediff::Diff &to_ours = *diff(*base, ours),
                         &to_theirs = *diff(*base, theirs);
    lines = merged(to_ours.hunks, to_theirs.hunks);
    if ((to_ours.newer || to_theirs.newer) &&
        lines != merged(to_ours.newer.value_or(to_ours.hunks),
                        to_theirs.newer.value_or(to_theirs.hunks)))
      return std::nullopt;
  }
  std::string bytes;
  for (const linediff::Line line : lines) bytes += interner_.text(line);
  return bytes;
}

}  // namespace orch::predict
