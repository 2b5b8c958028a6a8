// SPDX-License-Identifier: MIT
#include "predict/renames.h"

#include <algorithm>
#include <optional>
#include <tuple>
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

// By the nearest directory that was moved; absent when none was.
std::optional<std::string> moved_path(
    const std::map<std::string, std::string, std::less<>>& destinations,
    std::string_view path) {
  for (std::string_view d = directory_of(path); !d.empty();
       d = directory_of(d)) {
    const auto it = destinations.find(d);
    if (it == destinations.end()) continue;
    const std::string rest(path.substr(d.size() + 1));
    return it->second.empty() ? rest : it->second + "/" + rest;
  }
  return std::nullopt;
}

template <typename Moves>
bool moves_to(const Moves& moves, std::string_view path) {
  return std::any_of(moves.files.begin(), moves.files.end(),
                     [&](const auto& f) { return f.second->path == path; });
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
// removed as well, and all files of directories that may have been moved.
bool Renames::find_moves(const Meetings& meetings, By by,
                         const SideFiles& files, Moves* out) {
  if (!files.adds_some()) return true;
  SideFiles::Sought sought;
  for (const Meeting& m : meetings.files) {
    const Leaf& tip = by == By::Ours ? m.ours : m.theirs;
    if (m.base.is_absent() || !tip.is_absent()) continue;
    if (const auto i = files.find_removed(m.path)) sought.files.insert(*i);
  }
  for (const Emptied& e : meetings.directories) {
    if (e.by_ours != (by == By::Ours)) continue;
    out->directories.add(e.path);
    for (const NamedFile& f : files_below(trees_, e.base))
      if (const auto i = files.find_removed(e.path + "/" + f.path))
        sought.of_directories.insert(*i);
  }
  if (sought.files.empty() && sought.of_directories.empty()) return true;
  const auto moves = files.moves(similarity_, sought, out->directories);
  if (!moves) return false;
  for (const Move& move : *moves) out->files.emplace(move.from->path, move.to);
  return true;
}

// Both sides may have moved a directory of which one has moved some files.
bool Renames::is_moved_twice(const Moves& moves, const Moves& others,
                             const Leaf& other) {
  return std::any_of(
      others.files.begin(), others.files.end(), [&](const auto& file) {
        const std::string_view directory = directory_of(file.first);
        return moves.directories.contains(directory) &&
               !trees_.find(other, directory).is_tree();
      });
}

// The files that the other side added to directories that `by` has emptied.
std::set<std::string> Renames::added_there(const Meetings& meetings, By by,
                                           const Leaf& other) {
  std::set<std::string> added;
  for (const Emptied& e : meetings.directories) {
    if (e.by_ours != (by == By::Ours)) continue;
    std::vector<NamedFile> files;
    append_added(trees_, trees_.delta(e.base, trees_.find(other, e.path)),
                 &files);
    for (const NamedFile& f : files) added.insert(e.path + "/" + f.path);
  }
  return added;
}

// git suggests that files added to a directory go where the other side moved
// it. False where more happens than that.
bool Renames::suggest(Meetings& meetings, const Moves& by_ours,
                      const Moves& by_theirs, const Roots& roots) {
  if (roots.are_bases || meetings.directories.empty()) return true;
  const auto ours = by_ours.directories.destinations();
  const auto theirs = by_theirs.directories.destinations();
  if (!ours || !theirs || (!ours->empty() && !theirs->empty()) ||
      is_moved_twice(by_ours, by_theirs, roots.theirs) ||
      is_moved_twice(by_theirs, by_ours, roots.ours))
    return false;
  const By by = ours->empty() ? By::Theirs : By::Ours;
  const auto& destinations = by == By::Ours ? *ours : *theirs;
  const auto& [own, others] = by == By::Ours ? std::tie(by_ours, by_theirs)
                                             : std::tie(by_theirs, by_ours);
  std::set<std::string, std::less<>> suggested;
  for (const std::string& path :
       added_there(meetings, by, by == By::Ours ? roots.theirs : roots.ours)) {
    const auto to = moved_path(destinations, path);
    if (!to) continue;
    if (moves_to(others, path) || moves_to(own, *to) ||
        !suggested.insert(*to).second || !place(meetings, by, path, *to, roots))
      return false;
  }
  meetings.suggested.assign(suggested.begin(), suggested.end());
  return true;
}

// One added file, at its suggested path, where the side that moved the
// directory may have added a file as well.
bool Renames::place(Meetings& meetings, By by, const std::string& path,
                    const std::string& to, const Roots& roots) {
  const Leaf& own = by == By::Ours ? roots.ours : roots.theirs;
  const Leaf& other = by == By::Ours ? roots.theirs : roots.ours;
  if (!is_free(trees_, roots.base, to) || !is_free(trees_, other, to))
    return false;
  if (is_free(trees_, own, to)) return true;
  Meeting m{to, {}, trees_.find(own, to), trees_.find(other, path)};
  if (m.ours.is_absent() || m.ours.is_tree()) return false;
  if (by == By::Theirs) std::swap(m.ours, m.theirs);
  meetings.files.push_back(std::move(m));
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

bool Renames::follow_files(Meetings& meetings, const Moves& by_ours,
                           const Moves& by_theirs, const Roots& roots) {
  std::set<std::string_view> moved_together;
  for (Meeting& m : meetings.files) {
    if (m.base.is_absent()) continue;
    const auto find = [&](const Moves& moves) -> const NamedFile* {
      const auto it = moves.files.find(m.path);
      return it == moves.files.end() ? nullptr : it->second;
    };
    const NamedFile *ours = find(by_ours), *theirs = find(by_theirs);
    if (!ours && !theirs) continue;
    if (!follow_file(m, ours, theirs, roots)) return false;
    if (ours && theirs && ours->path == theirs->path)
      moved_together.insert(ours->path);
  }
  // What both sides moved to one path was an addition of both there.
  std::erase_if(meetings.files, [&](const Meeting& m) {
    return m.base.is_absent() && moved_together.contains(m.path);
  });
  return true;
}

bool Renames::follow(Meetings& meetings, const Roots& roots) {
  if (!has_source(meetings)) return true;
  const SideFiles &ours = side_files(roots.base, roots.ours),
                  &theirs = side_files(roots.base, roots.theirs);
  // Without an added file on either side, there is nothing to rename to.
  if (!ours.adds_some() && !theirs.adds_some()) return true;
  list_removed_files(meetings);
  Moves by_ours, by_theirs;
  return find_moves(meetings, By::Ours, ours, &by_ours) &&
         find_moves(meetings, By::Theirs, theirs, &by_theirs) &&
         suggest(meetings, by_ours, by_theirs, roots) &&
         follow_files(meetings, by_ours, by_theirs, roots);
}

}  // namespace orch::predict
