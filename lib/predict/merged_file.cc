// SPDX-License-Identifier: MIT
#include "predict/merged_file.h"

#include <algorithm>
#include <optional>

namespace orch::predict {
namespace {

MergedFile left_to_git(std::string why) { return {std::move(why), {}, {}}; }

MergedFile conflict(const Meeting& m, std::set<std::string> types) {
  return {"", {m.path}, std::move(types)};
}

MergedFile removed_by_one(const Meeting& m) {
  const Leaf& left = m.ours.is_absent() ? m.theirs : m.ours;
  std::set<std::string> types;
  if (m.is_renamed_and_removed) types.insert("rename/delete");
  if (!m.is_renamed_and_removed || left.id != m.base.id)
    types.insert("modify/delete");
  return conflict(m, std::move(types));
}

bool is_same_kind(const Leaf& a, const Leaf& b) {
  return (a.is_file() && b.is_file()) || a.mode == b.mode;
}

// Where git puts one of two that cannot share a path: it names the side.
std::string path_for(const std::string& path, std::string side) {
  std::replace(side.begin(), side.end(), '/', '_');
  return path + "~" + side;
}

}  // namespace

// Moved to one path by ours and to another by theirs. git merges the texts and
// puts the result at both; whether that merges changes nothing.
MergedFile MergedFiles::merge_two_places(const Meeting& m) const {
  MergedFile file{"", {m.base_path, m.path, m.theirs_path}, {"rename/rename"}};
  if (!needs_text(m)) return file;
  if (reading_.with_attribute.contains(m.path) ||
      reading_.with_attribute.contains(m.base_path))
    return left_to_git("merge attribute");
  if (reading_.texts.merge(m.base.id, m.ours.id, m.theirs.id) == Texts::Binary)
    file.types.insert("binary");
  return file;
}

// A file, a link and a submodule: files make way for others, and both do where
// there is none.
MergedFile MergedFiles::merge_kinds(const Meeting& m) const {
  if (!m.base_path.empty()) return left_to_git("different types");
  const bool ours_moves = m.ours.is_file() || !m.theirs.is_file();
  const bool theirs_moves = !m.ours.is_file();
  MergedFile file{"", {}, {"distinct modes"}};
  file.paths.insert(ours_moves ? path_for(m.path, sides_.words.first) : m.path);
  file.paths.insert(theirs_moves ? path_for(m.path, sides_.words.second)
                                 : m.path);
  for (const std::string& path : file.paths) {
    if (path == m.path) continue;
    for (const Leaf* root : {&sides_.base, &sides_.ours, &sides_.theirs})
      if (!reading_.trees.find(*root, path).is_absent())
        return left_to_git("different types");
  }
  return file;
}

MergedFile MergedFiles::merge_texts(const Meeting& m, bool same_mode) const {
  if (reading_.with_attribute.contains(m.path))
    return left_to_git("merge attribute");
  const std::optional<Id> base =
      m.base.is_file() ? std::optional(m.base.id) : std::nullopt;
  switch (reading_.texts.merge(base, m.ours.id, m.theirs.id)) {
    case Texts::Undecided:
      return left_to_git("line diff");
    case Texts::Merge:
      return same_mode ? MergedFile() : conflict(m, {"contents"});
    case Texts::Conflict:
      return conflict(m, {"contents"});
    case Texts::Binary:
      break;
  }
  return conflict(m, {"binary", "contents"});
}

MergedFile MergedFiles::merge(const Meeting& m) const {
  if (m.is_removed_by_both()) return {};
  if (!m.theirs_path.empty()) return merge_two_places(m);
  if (m.is_removed_by_one()) return removed_by_one(m);
  if (!is_same_kind(m.ours, m.theirs)) return merge_kinds(m);
  if (m.ours.is_submodule()) return left_to_git("submodule");
  // What was of another kind is no base, and its id means nothing.
  const bool has_base = is_same_kind(m.base, m.ours);
  if (!has_base && (m.ours.id == m.base.id || m.theirs.id == m.base.id))
    return left_to_git("different types");
  if (m.ours.is_link()) {
    // One side's may be that of the base where the other moved it.
    const bool one_changed = m.ours.id == m.theirs.id ||
                             m.ours.id == m.base.id || m.theirs.id == m.base.id;
    return one_changed ? MergedFile() : conflict(m, {"contents"});
  }
  // Of two modes, one is the base's; without a base, they must be equal.
  const bool same_mode = m.ours.mode == m.theirs.mode || has_base;
  if (needs_text(m)) return merge_texts(m, same_mode);
  return same_mode ? MergedFile() : conflict(m, {"contents"});
}

}  // namespace orch::predict
