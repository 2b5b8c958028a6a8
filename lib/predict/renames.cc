// SPDX-License-Identifier: MIT
#include "predict/renames.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace orch::predict {
namespace {

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

std::vector<NamedFile> files_below(Trees& trees, const Leaf& directory) {
  std::vector<NamedFile> files;
  append_added(trees, trees.delta({}, directory), &files);
  return files;
}

bool has_source(const Meetings& meetings) {
  return !meetings.directories.empty() ||
         std::any_of(meetings.files.begin(), meetings.files.end(),
                     [](const Meeting& m) {
                       return !m.base.is_absent() &&
                              (m.ours.is_absent() || m.theirs.is_absent());
                     });
}

}  // namespace

const SideFiles& Renames::side_files(const Leaf& base, const Leaf& tip) {
  auto& slot = side_files_[{base.id, tip.id}];
  if (!slot) slot = std::make_unique<SideFiles>(trees_, base, tip);
  return *slot;
}

// File by file, what both sides removed as a directory.
void Renames::list_removed_files(Meetings& meetings) {
  std::vector<Meeting> files;
  std::erase_if(meetings.files, [&](const Meeting& m) {
    if (!m.base.is_tree()) return false;
    for (const NamedFile& f : files_below(trees_, m.base))
      files.push_back({m.path + "/" + f.path, f.leaf, {}, {}, {}, {}});
    return true;
  });
  meetings.files.insert(meetings.files.end(), files.begin(), files.end());
}

// Of the files that matter: what this side removed and the other changed or
// removed as well, and all files of directories that may have been renamed.
// False also when one of those was moved: then the directory was renamed.
bool Renames::find_targets(const Meetings& meetings, By by,
                           const SideFiles& files, Targets* out) {
  if (!files.adds_some()) return true;
  std::set<std::size_t> numbers, of_directories;
  for (const Meeting& m : meetings.files) {
    const Leaf& tip = by == By::Ours ? m.ours : m.theirs;
    if (m.base.is_absent() || !tip.is_absent()) continue;
    if (const auto i = files.find_removed(m.path)) numbers.insert(*i);
  }
  for (const Emptied& e : meetings.directories) {
    if (e.by_ours != (by == By::Ours)) continue;
    for (const NamedFile& f : files_below(trees_, e.base))
      if (const auto i = files.find_removed(e.path + "/" + f.path))
        of_directories.insert(*i);
  }
  numbers.insert(of_directories.begin(), of_directories.end());
  if (numbers.empty()) return true;
  const auto moves = files.moves(similarity_, {numbers.begin(), numbers.end()});
  if (!moves) return false;
  for (const Move& move : *moves) {
    if (of_directories.contains(*files.find_removed(move.from->path)))
      return false;
    out->emplace(move.from->path, move.to);
  }
  return true;
}

// False where the new path is taken, or a directory is in the way.
bool Renames::follow_file(Meeting& meeting, const NamedFile* ours,
                          const NamedFile* theirs, const Roots& roots) {
  const bool same_path = ours && theirs && ours->path == theirs->path;
  for (const NamedFile* target : {ours, theirs})
    if (target && !is_free(trees_, roots.base, target->path)) return false;
  if (ours && !same_path && !is_free(trees_, roots.theirs, ours->path))
    return false;
  if (theirs && !same_path && !is_free(trees_, roots.ours, theirs->path))
    return false;
  meeting.is_renamed_and_removed =
      meeting.is_removed_by_both() && !(ours && theirs);
  meeting.base_path =
      std::exchange(meeting.path, ours ? ours->path : theirs->path);
  if (ours) meeting.ours = ours->leaf;
  if (theirs) meeting.theirs = theirs->leaf;
  if (ours && theirs && !same_path) meeting.theirs_path = theirs->path;
  return true;
}

bool Renames::follow(Meetings& meetings, const Leaf& base, const Leaf& ours,
                     const Leaf& theirs) {
  if (!has_source(meetings)) return true;
  const SideFiles &by_ours = side_files(base, ours),
                  &by_theirs = side_files(base, theirs);
  // Without an added file on either side, there is nothing to rename to.
  if (!by_ours.adds_some() && !by_theirs.adds_some()) return true;
  list_removed_files(meetings);
  Targets to_ours, to_theirs;
  if (!find_targets(meetings, By::Ours, by_ours, &to_ours) ||
      !find_targets(meetings, By::Theirs, by_theirs, &to_theirs))
    return false;
  std::set<std::string_view> moved_together;
  for (Meeting& m : meetings.files) {
    const auto find = [&](const Targets& targets) -> const NamedFile* {
      const auto it = targets.find(m.path);
      return m.base.is_absent() || it == targets.end() ? nullptr : it->second;
    };
    const NamedFile *to_our = find(to_ours), *to_their = find(to_theirs);
    if (!to_our && !to_their) continue;
    if (!follow_file(m, to_our, to_their, {base, ours, theirs})) return false;
    if (to_our && to_their && to_our->path == to_their->path)
      moved_together.insert(to_our->path);
  }
  // What both sides moved to one path was an addition of both there.
  std::erase_if(meetings.files, [&](const Meeting& m) {
    return m.base.is_absent() && moved_together.contains(m.path);
  });
  return true;
}

}  // namespace orch::predict
