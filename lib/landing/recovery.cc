// SPDX-License-Identifier: MIT
#include "landing/recovery.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "landing/landing.h"
#include "store/overrides.h"
#include "text/text.h"

namespace orch::landing {
namespace {

bool is_dead(const store::Intent& intent) {
  return !process::is_alive({static_cast<pid_t>(intent.pid),
                             static_cast<std::uint64_t>(intent.pid_start)});
}

struct Entry {
  std::string mode, id;
};
// What a commit has at these paths.
std::map<std::string, Entry> entries_at(const Repository& repository,
                                        const std::string& commit,
                                        const std::set<std::string>& paths) {
  std::map<std::string, Entry> out;
  const auto listed = git::run(
      repository, {.args = {"ls-tree", "-r", "-z", "--full-tree", commit}});
  for (const std::string& entry : text::split_list(listed.output, '\0')) {
    const std::size_t tab = entry.find('\t');
    const auto words = text::split(entry.substr(0, tab), ' ');
    if (tab == std::string::npos || words.size() != 3) continue;
    const std::string path = entry.substr(tab + 1);
    if (paths.contains(path)) out[path] = {words[0], words[2]};
  }
  return out;
}

// The bytes that git would write there.
std::optional<std::string> written(const Repository& repository,
                                   const Half& half, const std::string& path,
                                   const Entry& entry) {
  const bool is_link = entry.mode == "120000";
  const auto out = git::run(
      repository,
      {.args = is_link ? std::vector<std::string>{"cat-file", "blob", entry.id}
                       : std::vector<std::string>{"cat-file", "--filters",
                                                  "--path=" + path, entry.id},
       .worktree = half.worktree});
  if (!out.ok()) return std::nullopt;
  return out.output;
}

// Whether the path holds what it was to become, or the beginning of it: git
// writes into files in place.
bool is_gits(const Repository& repository, const Half& half,
             const std::string& path, const Entry* to) {
  const std::string full = file::join(half.worktree, path);
  if (!to || to->mode == "160000")
    return !file::exists(full) || file::is_directory(full);
  const auto wanted = written(repository, half, path, *to);
  if (!wanted) return false;
  if (const auto target = file::link_target(full)) return *target == *wanted;
  if (!file::exists(full)) return true;  // taken away, and not written yet
  return file::regular_size(full) &&
         wanted->starts_with(file::find_contents(full).value_or("\n"));
}

// Somebody's git that runs there, other than the one that has started us.
bool has_git_in(const std::string& worktree) {
  const auto ours = process::ancestors();
  const auto seen = process::processes_below(worktree);
  return std::any_of(seen.begin(), seen.end(), [&](const process::Seen& s) {
    return s.name == "git" && process::is_alive(s.identity) &&
           std::find(ours.begin(), ours.end(), s.identity) == ours.end();
  });
}

// With the directories above it that nothing is left in.
void remove_file(const std::string& worktree, const std::string& path) {
  std::string full = file::join(worktree, path);
  if (file::is_directory(full)) return;
  file::remove(full);
  for (full = file::parent_of(full);
       full.size() > worktree.size() && file::is_empty_directory(full);
       full = file::parent_of(full))
    file::remove_tree(full);
}

std::string joined(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) out += path + '\0';
  return out;
}

// A git that had the ref's lock when it was killed. Whoever else moves the ref
// with a git of this user runs in one of these directories.
void remove_ref_lock(const Repository& repository, const std::string& ref,
                     const std::string& worktree) {
  const std::string lock = repository.common_dir + "/" + ref + ".lock";
  if (!file::exists(lock) || has_git_in(repository.common_dir) ||
      (!worktree.empty() && has_git_in(worktree)))
    return;
  file::remove(lock);
}

constexpr std::array kLocks = {"index.lock", "HEAD.lock", "ORIG_HEAD.lock"};

// Ours: the branch has been under our lease since the move began.
void remove_locks(const Repository& repository, const Half& half,
                  const Repository& there) {
  for (const char* name : kLocks) file::remove(there.git_dir + "/" + name);
  remove_ref_lock(repository, half.ref, half.worktree);
}

}  // namespace

bool unlock_worktree(const Repository& repository, const Half& half) {
  const auto there = repository::find(half.worktree);
  if (!there || there->worktree.empty()) return true;
  if (std::none_of(kLocks.begin(), kLocks.end(), [&](const char* name) {
        return file::exists(there->git_dir + "/" + name);
      }))
    return true;
  if (has_git_in(half.worktree)) return false;
  remove_locks(repository, half, *there);
  return true;
}

// Whatever is not exactly what git does on the way is somebody's work.
bool mend_worktree(const Repository& repository, const Half& half,
                   Locks locks) {
  const auto there = repository::find(half.worktree);
  if (!there || there->worktree.empty()) return true;
  if (has_git_in(half.worktree)) return false;
  if (locks == Locks::Remove) remove_locks(repository, half, *there);
  const auto changed = git::changed_paths(repository, half.from, half.to);
  const auto dirty = git::dirty_paths(repository, half.worktree);
  std::set<std::string> paths(changed.begin(), changed.end());
  std::erase_if(paths, [&](const std::string& path) {
    return std::none_of(dirty.begin(), dirty.end(),
                        [&](const auto& d) { return overlaps(d, path); });
  });
  if (paths.empty()) return true;
  const auto after = entries_at(repository, half.to, paths);
  const auto before = entries_at(repository, half.from, paths);
  std::vector<std::string> back, fresh;
  for (const std::string& path : paths) {
    const auto to = after.find(path);
    if (!is_gits(repository, half, path,
                 to == after.end() ? nullptr : &to->second))
      continue;
    (before.contains(path) ? back : fresh).push_back(path);
  }
  if (!fresh.empty())
    git::run(repository,
             {.args = {"update-index", "--force-remove", "-z", "--stdin"},
              .worktree = half.worktree,
              .input = joined(fresh)});
  // First what stands where something is to be again.
  for (const std::string& path : fresh) remove_file(half.worktree, path);
  // What somebody has put into a directory there meanwhile, git would remove.
  std::erase_if(back, [&](const std::string& path) {
    return before.at(path).mode != "160000" &&
           file::is_directory(file::join(half.worktree, path)) &&
           !file::link_target(file::join(half.worktree, path));
  });
  if (!back.empty())
    git::run(repository,
             {.args = {"checkout", "--quiet", half.from,
                       "--pathspec-from-file=-", "--pathspec-file-nul"},
              .worktree = half.worktree,
              .input = joined(back),
              .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}});
  return true;
}

void recover(const Repository& repository, store::Store& store,
             const std::string& ref) {
  for (const store::Intent& intent : store::list_intents(store, ref)) {
    if (!is_dead(intent)) continue;
    const std::string worktree = worktree_of(repository, ref);
    if (worktree.empty()) remove_ref_lock(repository, ref, worktree);
    const auto now = git::find_commit(repository, ref);
    // Somebody may have gone on from there.
    const bool is_done =
        now &&
        (*now == intent.to || (*now != intent.from &&
                               git::is_ancestor(repository, intent.to, *now)));
    const Half half{ref, intent.from, intent.to, worktree};
    // While somebody's git is at work there, it stays open.
    if (now && !is_done && *now == intent.from && !worktree.empty() &&
        !mend_worktree(repository, half, Locks::Remove))
      continue;
    if (now && *now == intent.to && !worktree.empty() &&
        !unlock_worktree(repository, half))
      continue;
    store::Transaction transaction(store);
    store::end_intent(store, intent.id, is_done ? "done" : "withdrawn",
                      clock::now());
    transaction.commit();
  }
}

}  // namespace orch::landing
