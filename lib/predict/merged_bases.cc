// SPDX-License-Identifier: MIT
#include "predict/merged_bases.h"

#include <utility>

#include "error/error.h"
#include "predict/merged_tree.h"

namespace orch::predict {
namespace {

objects::IdPair key_of(const Base& base) {
  return base.commit < base.other ? objects::IdPair{base.commit, base.other}
                                  : objects::IdPair{base.other, base.commit};
}

// Absent where both changed it.
std::optional<std::uint32_t> merged_mode(const Meeting& m) {
  if (m.ours.mode == m.theirs.mode || m.ours.mode == m.base.mode)
    return m.theirs.mode;
  if (m.theirs.mode == m.base.mode) return m.ours.mode;
  return std::nullopt;
}

}  // namespace

// Absent where git has a conflict, or may have one.
std::optional<Leaf> MergedBases::merged_file(
    const Meeting& m, const std::set<std::string>& with_attribute) {
  if (!m.theirs_path.empty()) return std::nullopt;
  if (m.is_removed_by_both() && !m.is_renamed_and_removed) return Leaf();
  if (!m.ours.is_file() || !m.theirs.is_file() ||
      !(m.base.is_file() || m.base.is_absent()))
    return std::nullopt;
  const auto mode = merged_mode(m);
  if (!mode) return std::nullopt;
  if (!needs_text(m))
    return Leaf{*mode, m.ours.id == m.base.id ? m.theirs.id : m.ours.id};
  if (with_attribute.contains(m.path)) return std::nullopt;
  auto bytes = reading_.texts.merged(
      m.base.is_absent() ? std::nullopt : std::optional(m.base.id), m.ours.id,
      m.theirs.id);
  if (!bytes) return std::nullopt;
  return Leaf{*mode,
              reading_.database.add(objects::Kind::Blob, std::move(*bytes))};
}

void MergedBases::merge(Entry& entry,
                        const std::set<std::string>& with_attribute) {
  std::vector<Placed> placed;
  for (const Meeting& m : entry.meetings.files) {
    const auto leaf = merged_file(m, with_attribute);
    if (!leaf) return;
    if (!m.base_path.empty()) placed.push_back({m.base_path, {}});
    placed.push_back({m.path, *leaf});
  }
  entry.root = merged_tree(reading_.database, reading_.trees, entry.base,
                           entry.ours, entry.theirs, std::move(placed));
}

void MergedBases::find_meetings(const objects::IdPair& pair, const Base& base) {
  if (base.count != 1) return;
  Entry& entry = entries_[pair];
  if (base.commit == pair.a || base.commit == pair.b) {
    entry.only = base.commit == pair.a ? pair.b : pair.a;
    return;
  }
  const auto root = [&](const Id& commit) {
    return Leaf{Leaf::kTree, reading_.history.commit(commit).tree};
  };
  entry.base = root(base.commit);
  entry.ours = root(pair.a);
  entry.theirs = root(pair.b);
  entry.meetings = meetings_of(reading_.trees, entry.base, entry.ours,
                               entry.theirs, Driver::Ours);
  if (!entry.meetings.obstacle.empty() ||
      !reading_.renames.follow(entry.meetings,
                               {entry.base, entry.ours, entry.theirs, true}))
    entries_.erase(pair);
}

void MergedBases::prepare(const std::vector<Base>& bases,
                          const Attributes& attributes) {
  std::vector<Id> commits;
  std::unordered_map<Id, std::size_t, objects::IdHash> indices;
  const auto index_of = [&](const Id& id) {
    const auto [it, is_first] = indices.emplace(id, commits.size());
    if (is_first) commits.push_back(id);
    return it->second;
  };
  std::set<std::pair<Id, Id>> pairs;
  for (const Base& base : bases)
    if (base.count == 2) pairs.emplace(key_of(base).a, key_of(base).b);
  if (pairs.empty()) return;
  std::vector<TipPair> tips;
  for (const auto& [a, b] : pairs) tips.emplace_back(index_of(a), index_of(b));
  const auto found = merge_bases(reading_.history, commits, tips);
  std::set<std::string> paths;
  for (std::size_t i = 0; i < tips.size(); ++i) {
    const objects::IdPair pair{commits[tips[i].first], commits[tips[i].second]};
    try {
      find_meetings(pair, found[i]);
    } catch (const Error&) {
      entries_.erase(pair);
    }
    if (const auto it = entries_.find(pair); it != entries_.end())
      for (const Meeting& m : it->second.meetings.files)
        if (needs_text(m)) paths.insert(m.path);
  }
  const auto with_attribute = attributes(paths);
  for (auto& [pair, entry] : entries_) {
    if (entry.only) continue;
    try {
      merge(entry, with_attribute);
    } catch (const Error&) {
      entry.root.reset();
    }
  }
}

Base MergedBases::settled(const Base& base) const {
  if (base.count != 2) return base;
  const auto it = entries_.find(key_of(base));
  if (it == entries_.end() || !it->second.only) return base;
  return {1, *it->second.only, {}};
}

std::optional<Leaf> MergedBases::root(const Base& base) const {
  if (base.count == 1)
    return Leaf{Leaf::kTree, reading_.history.commit(base.commit).tree};
  const auto it = entries_.find(key_of(base));
  return it == entries_.end() ? std::nullopt : it->second.root;
}

}  // namespace orch::predict
