// SPDX-License-Identifier: MIT
#include "predict/renames.h"

#include <algorithm>
#include <utility>

namespace orch::predict {
namespace {

using Count = std::pair<std::uint32_t, std::uint32_t>;  // hash, bytes
using Counts = std::vector<Count>;

// Beyond, comparing costs more than asking git.
constexpr std::size_t kMostComparisons = 200000;

// The empty blob is never renamed in a merge.
bool is_empty_blob(const Id& id) {
  static const Id kEmpty =
      *objects::parse_id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return id == kEmpty;
}

bool adds_on_both_sides(const Meeting& m) {
  return m.base.is_absent() && !m.ours.is_absent() && !m.theirs.is_absent();
}

// Whether nothing is at `path`, and no file where it needs a directory.
bool is_free(Trees& trees, const Leaf& root, std::string_view path) {
  Leaf leaf = root;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    leaf = trees.directory(leaf).find(name);
    if (leaf.is_absent()) return true;
    if (!leaf.is_tree()) return false;
  }
  return false;
}

void add_up(Counts& counts) {
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

// Whether the carriage return of a line end counts: not in a text, and what is
// a text depends on attributes.
enum class Returns { Keep, Skip };

// git cuts a file behind each line end and after 64 bytes, and counts bytes by
// a hash of the piece. Its hash is used, so that two pieces that git confuses
// are confused here. The last entry is a last piece without a line end, maybe
// of no bytes.
Counts count(const std::string& bytes, Returns returns) {
  constexpr std::uint32_t kLongest = 64, kBuckets = 107927, kFactor = 0x61;
  Counts counts;
  std::uint32_t low = 0, high = 0, length = 0;
  const auto end_piece = [&] {
    counts.emplace_back((low + high * kFactor) % kBuckets, length);
    low = high = length = 0;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (returns == Returns::Skip && byte == '\r' && i + 1 < bytes.size() &&
        bytes[i + 1] == '\n')
      continue;
    const std::uint32_t before = low;
    low = ((low << 7) ^ (high >> 25)) + byte;
    high = (high << 7) ^ (before >> 25);
    if (++length >= kLongest || byte == '\n') end_piece();
  }
  end_piece();
  return counts;
}

// Bytes that two files share, piece by piece.
std::size_t shared(const Counts& a, const Counts& b) {
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

const Renames::Pieces& Renames::pieces(const Id& id) {
  auto& slot = pieces_[id];
  if (slot) return *slot;
  const std::string bytes = database_.require(id, objects::Kind::Blob);
  auto made = std::make_unique<Pieces>();
  made->size = bytes.size();
  for (const Returns returns : {Returns::Keep, Returns::Skip}) {
    if (returns == Returns::Skip && bytes.find("\r\n") == std::string::npos)
      break;
    Counts counts = count(bytes, returns);
    const Count last = counts.back();
    counts.pop_back();
    add_up(counts);
    made->ways.push_back(counts);
    // Older versions leave out a last piece that has no line end.
    if (last.second) {
      counts.push_back(last);
      add_up(counts);
      made->ways.push_back(std::move(counts));
    }
  }
  slot = std::move(made);
  return *slot;
}

// git's score against its limit of one half, in each way it may be counted.
Renames::Similar Renames::compare(const Pieces& a, const Pieces& b) const {
  const std::size_t larger = std::max(a.size, b.size);
  if (larger > 2 * std::min(a.size, b.size)) return Similar::No;
  bool some = false, all = true;
  for (const Pieces::Counts& way_a : a.ways)
    for (const Pieces::Counts& way_b : b.ways) {
      const bool enough = 2 * shared(way_a, way_b) >= larger;
      some = some || enough;
      all = all && enough;
    }
  if (some != all) return Similar::Maybe;
  return all ? Similar::Yes : Similar::No;
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

// File by file, what both sides removed as a directory.
void Renames::list_removed_files(Meetings& meetings) {
  std::vector<Meeting> files;
  std::erase_if(meetings.files, [&](const Meeting& m) {
    if (!m.base.is_tree()) return false;
    for (const NamedFile& f : files_only_in(m.base, {}))
      files.push_back({m.path + "/" + f.path, f.leaf, {}, {}});
    return true;
  });
  meetings.files.insert(meetings.files.end(), files.begin(), files.end());
}

// The files that one side removed and the other changed or removed as well, and
// all files of directories that may have been renamed.
std::vector<Renames::Source> Renames::sources(Meetings& meetings, By by) {
  std::vector<Source> out;
  for (Meeting& m : meetings.files) {
    const Leaf& tip = by == By::Ours ? m.ours : m.theirs;
    if (!m.base.is_absent() && tip.is_absent() && !is_empty_blob(m.base.id))
      out.push_back({m.base, &m});
  }
  for (const Emptied& e : meetings.directories)
    if (e.by_ours == (by == By::Ours))
      for (const NamedFile& file : files_only_in(e.base, {}))
        out.push_back({file.leaf, nullptr});
  return out;
}

// Whether git would do more than put the merged content at the new path: the
// path is taken in the base or on the other side, the same file on both sides
// included; or another removed file, one that does not matter, equals it.
bool Renames::leaves_a_choice(const Meeting& meeting, const NamedFile& target,
                              const Roots& roots) {
  if (!is_free(trees_, roots.base, target.path) ||
      !is_free(trees_, roots.other, target.path))
    return true;
  const Files& removed = files_only_in(roots.base, roots.tip);
  const auto equal = std::count_if(
      removed.begin(), removed.end(),
      [&](const NamedFile& f) { return f.leaf.id == target.leaf.id; });
  return equal > (meeting.base.id == target.leaf.id ? 1 : 0);
}

// Follows a source that has one similar target which is similar to no other
// source. git first pairs equal files, then, in an order of its own, similar
// ones: then there is nothing to choose.
bool Renames::follow_side(const std::vector<Source>& sources, By by,
                          const Roots& roots) {
  if (sources.empty()) return true;
  const Files& targets = files_only_in(roots.tip, roots.base);
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
  for (const auto& [meeting, target] : pairs)
    if (leaves_a_choice(*meeting, *target, roots)) return false;
  for (const auto& [meeting, target] : pairs) {
    if (meeting->is_renamed_and_removed) return false;  // to two places
    meeting->is_renamed_and_removed = meeting->is_removed_by_both();
    meeting->base_path = std::exchange(meeting->path, target->path);
    (by == By::Ours ? meeting->ours : meeting->theirs) = target->leaf;
  }
  return true;
}

bool Renames::follow(Meetings& meetings, const Leaf& base, const Leaf& ours,
                     const Leaf& theirs) {
  const bool some_tree =
      std::any_of(meetings.files.begin(), meetings.files.end(),
                  [](const Meeting& m) { return m.base.is_tree(); });
  // Without an added file on either side, there is nothing to rename to.
  if (some_tree && !(files_only_in(ours, base).empty() &&
                     files_only_in(theirs, base).empty()))
    list_removed_files(meetings);
  const std::vector<Source> by_ours = sources(meetings, By::Ours);
  const std::vector<Source> by_theirs = sources(meetings, By::Theirs);
  // With a source that matters, git also pairs equal files that do not; the
  // target of such a pair may be one that both sides added.
  const bool both_add = std::any_of(meetings.files.begin(),
                                    meetings.files.end(), adds_on_both_sides);
  if (both_add && !(by_ours.empty() && by_theirs.empty())) return false;
  return follow_side(by_ours, By::Ours, {base, ours, theirs}) &&
         follow_side(by_theirs, By::Theirs, {base, theirs, ours});
}

}  // namespace orch::predict
