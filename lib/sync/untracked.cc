// SPDX-License-Identifier: MIT
#include "sync/untracked.h"

#include <set>
#include <vector>

#include "file/file.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::sync {
namespace {

// What a move writes where nothing was or something else was, and the paths of
// `from` that make room.
struct Change {
  std::vector<std::string> fresh;
  std::set<std::string> gone;
};

Change change_between(const Repository& repository, const std::string& from,
                      const std::string& to) {
  const auto fields = text::split(
      git::require(repository,
                   {.args = {"diff-tree", "-r", "-z", "--name-status",
                             "--no-renames", "--diff-filter=ADT", from, to}}),
      '\0');
  Change out;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i] != "D") out.fresh.push_back(fields[i + 1]);
    if (fields[i] != "A") out.gone.insert(fields[i + 1]);
  }
  return out;
}

bool is_real_directory(const std::string& full) {
  return file::is_directory(full) && !file::link_target(full);
}

// The first below the directory that does not make room.
std::string find_below(const std::string& worktree,
                       const std::string& directory,
                       const std::set<std::string>& gone) {
  for (const auto& name : file::names_in(file::join(worktree, directory))) {
    const std::string path = directory + "/" + name;
    if (is_real_directory(file::join(worktree, path))) {
      if (auto found = find_below(worktree, path, gone); !found.empty())
        return found;
    } else if (!gone.contains(path)) {
      return path;
    }
  }
  return "";
}

// git reset takes ignored files for worthless: it removes a file or link above
// the path as well as everything below it.
std::string find_at(const std::string& worktree, const std::string& path,
                    const std::set<std::string>& gone) {
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    const std::string full = file::join(worktree, part);
    if (!file::exists(full)) return "";
    if (!is_real_directory(full)) return gone.contains(part) ? "" : part;
    if (end == std::string::npos) return find_below(worktree, path, gone);
  }
}

}  // namespace

std::string find_untracked(const Repository& repository,
                           const Repository& worktree, const std::string& from,
                           const std::string& to) {
  const Change change = change_between(repository, from, to);
  for (const std::string& path : change.fresh)
    if (auto found = find_at(worktree.worktree, path, change.gone);
        !found.empty())
      return found;
  return "";
}

}  // namespace orch::sync
