// SPDX-License-Identifier: MIT
#include "predict/renames.h"

#include <algorithm>

namespace orch::predict {
namespace {

using Count = std::pair<std::uint32_t, std::uint32_t>;  // hash, bytes

// Beyond, comparing costs more than asking git.
constexpr std::size_t kMostComparisons = 20000;

// The empty blob is never renamed in a merge.
bool is_empty_blob(const Id& id) {
  static const Id kEmpty =
      *objects::parse_id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return id == kEmpty;
}

bool adds_on_both_sides(const Meeting& m) {
  return m.base.is_absent() && !m.ours.is_absent() && !m.theirs.is_absent();
}

void add_up(std::vector<Count>& counts) {
  std::sort(counts.begin(), counts.end());
  std::size_t kept = 0;
  for (const auto& [hash, bytes] : counts) {
    if (kept && counts[kept - 1].first == hash)
      counts[kept - 1].second += bytes;
    else
      counts[kept++] = {hash, bytes};
  }
  counts.resize(kept);
}

// Bytes that two files share, piece by piece.
std::size_t shared(const std::vector<Count>& a, const std::vector<Count>& b) {
  std::size_t bytes = 0;
  auto i = a.begin(), j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (i->first < j->first) {
      ++i;
    } else if (j->first < i->first) {
      ++j;
    } else {
      bytes += std::min((i++)->second, (j++)->second);
    }
  }
  return bytes;
}

}  // namespace

// git cuts a file behind each line end and after 64 bytes, and counts bytes by
// a hash of the piece. Its hash is used, so that two pieces that git confuses
// are confused here.
const Renames::Pieces& Renames::pieces(const Id& id) {
  constexpr std::uint32_t kLongest = 64, kBuckets = 107927, kFactor = 0x61;
  auto& slot = pieces_[id];
  if (slot) return *slot;
  const std::string bytes = database_.require(id, objects::Kind::Blob);
  auto made = std::make_unique<Pieces>();
  made->size = bytes.size();
  made->has_crlf = bytes.find("\r\n") != std::string::npos;
  std::uint32_t low = 0, high = 0, length = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const std::uint32_t before = low;
    low = ((low << 7) ^ (high >> 25)) + byte;
    high = (high << 7) ^ (before >> 25);
    if (++length < kLongest && byte != '\n') continue;
    made->counts.emplace_back((low + high * kFactor) % kBuckets, length);
    low = high = length = 0;
  }
  if (length) made->last = {(low + high * kFactor) % kBuckets, length};
  add_up(made->counts);
  slot = std::move(made);
  return *slot;
}

// git's score against its limit of one half. Older versions leave out the last
// piece of a file when it has no line end.
Renames::Similar Renames::compare(const Pieces& a, const Pieces& b) const {
  const std::size_t larger = std::max(a.size, b.size);
  if (larger > 2 * std::min(a.size, b.size)) return Similar::No;
  // Whether a carriage return counts depends on attributes.
  if (a.has_crlf || b.has_crlf) return Similar::Maybe;
  const auto enough = [&](std::size_t bytes) { return 2 * bytes >= larger; };
  const bool without_last = enough(shared(a.counts, b.counts));
  auto all_a = a.counts, all_b = b.counts;
  if (a.last.second) all_a.push_back(a.last);
  if (b.last.second) all_b.push_back(b.last);
  add_up(all_a);
  add_up(all_b);
  if (enough(shared(all_a, all_b)) != without_last) return Similar::Maybe;
  return without_last ? Similar::Yes : Similar::No;
}

Renames::Similar Renames::similarity(const Leaf& source, const Leaf& target) {
  if (!source.is_file() || !target.is_file())
    return source.id == target.id ? Similar::Maybe : Similar::No;
  if (source.id == target.id) return Similar::Yes;
  const auto known = similar_.find({source.id, target.id});
  if (known != similar_.end()) return known->second;
  const Similar made = compare(pieces(source.id), pieces(target.id));
  similar_.emplace(objects::IdPair{source.id, target.id}, made);
  return made;
}

const Renames::Files& Renames::files_only_in(const Leaf& to, const Leaf& from) {
  auto& slot = files_only_in_[{to.id, from.id}];
  if (slot) return *slot;
  auto made = std::make_unique<Files>();
  append_added(trees_, trees_.delta(from, to), made.get());
  std::erase_if(*made,
                [](const NamedFile& f) { return is_empty_blob(f.leaf.id); });
  slot = std::move(made);
  return *slot;
}

// The files that one side removed and the other changed or removed as well, and
// all files of directories that may have been renamed.
std::vector<Renames::Source> Renames::sources(Meetings& meetings, By by) {
  std::vector<Source> out;
  const auto append_tree = [&](const Leaf& tree) {
    for (const NamedFile& file : files_only_in(tree, {}))
      out.push_back({file.leaf, nullptr});
  };
  for (Meeting& m : meetings.files) {
    const Leaf& tip = by == By::Ours ? m.ours : m.theirs;
    if (m.base.is_absent() || !tip.is_absent()) continue;
    if (m.base.is_tree())
      append_tree(m.base);
    else if (!is_empty_blob(m.base.id))
      out.push_back({m.base, m.is_removed_by_one() ? &m : nullptr});
  }
  for (const Emptied& e : meetings.directories)
    if (e.by_ours == (by == By::Ours)) append_tree(e.base);
  return out;
}

// Follows a source that has one similar target which is similar to no other
// source. git first pairs equal files, then, in an order of its own, similar
// ones: then there is nothing to choose.
bool Renames::follow_side(const std::vector<Source>& sources, By by,
                          const Leaf& base, const Leaf& tip) {
  if (sources.empty()) return true;
  const Files& targets = files_only_in(tip, base);
  if (targets.empty()) return true;
  if (sources.size() * targets.size() > kMostComparisons) return false;
  std::vector<bool> taken(targets.size());
  std::vector<std::pair<Meeting*, const NamedFile*>> pairs;
  for (const Source& source : sources) {
    bool found = false;
    for (std::size_t t = 0; t < targets.size(); ++t) {
      const Similar similar = similarity(source.leaf, targets[t].leaf);
      if (similar == Similar::No) continue;
      if (similar == Similar::Maybe || !source.meeting || found || taken[t])
        return false;
      found = taken[t] = true;
      pairs.emplace_back(source.meeting, &targets[t]);
    }
  }
  if (pairs.empty()) return true;
  for (const auto& [meeting, target] : pairs) {
    // A removed file that does not matter takes an equal target, too.
    std::size_t equal = 0;
    for (const NamedFile& removed : files_only_in(base, tip))
      if (removed.leaf.id == target->leaf.id) ++equal;
    if (equal > (meeting->base.id == target->leaf.id ? 1u : 0u)) return false;
  }
  for (const auto& [meeting, target] : pairs) {
    meeting->path = target->path;
    (by == By::Ours ? meeting->ours : meeting->theirs) = target->leaf;
  }
  return true;
}

bool Renames::follow(Meetings& meetings, const Leaf& base, const Leaf& ours,
                     const Leaf& theirs) {
  const std::vector<Source> by_ours = sources(meetings, By::Ours);
  const std::vector<Source> by_theirs = sources(meetings, By::Theirs);
  // With a source that matters, git also pairs equal files that do not; the
  // target of such a pair may be one that both sides added.
  const bool both_add = std::any_of(meetings.files.begin(),
                                    meetings.files.end(), adds_on_both_sides);
  if (both_add && !(by_ours.empty() && by_theirs.empty())) return false;
  return follow_side(by_ours, By::Ours, base, ours) &&
         follow_side(by_theirs, By::Theirs, base, theirs);
}

}  // namespace orch::predict
