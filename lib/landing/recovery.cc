// SPDX-License-Identifier: MIT
#include "landing/recovery.h"

#include <algorithm>
#include <map>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "landing/landing.h"
#include "store/overrides.h"
#include "text/text.h"

namespace orch::landing {
namespace {

bool is_dead(const store::Intent& intent) {
  return !process::is_alive({static_cast<pid_t>(intent.pid),
                             static_cast<std::uint64_t>(intent.pid_start)});
}

// "<mode> <type> <id>\t<path>" entries of a tree, for these paths.
std::map<std::string, std::string> blobs_at(
    const Repository& repository, const std::string& commit,
    const std::vector<std::string>& paths) {
  std::map<std::string, std::string> out;
  std::vector<std::string> args = {"ls-tree", "-z", "--full-tree", commit,
                                   "--"};
  args.insert(args.end(), paths.begin(), paths.end());
  for (const std::string& entry :
       text::split_list(git::run(repository, {.args = args}).output, '\0')) {
    const std::size_t tab = entry.find('\t');
    const auto words = text::split(entry.substr(0, tab), ' ');
    if (tab != std::string::npos && words.size() == 3)
      out[entry.substr(tab + 1)] = words[2];
  }
  return out;
}

// What git would store for a file; empty when it is none.
std::string hash_of(const Repository& repository, const std::string& worktree,
                    const std::string& path) {
  if (!file::exists(file::join(worktree, path))) return "";
  const auto out = git::run(
      repository, {.args = {"hash-object", "--path=" + path, "--", path},
                   .worktree = worktree});
  return out.ok() ? std::string(text::trim(out.output)) : "";
}

bool has_git_in(const std::string& worktree) {
  const auto seen = process::processes_below(worktree);
  return std::any_of(seen.begin(), seen.end(), [](const process::Seen& s) {
    return s.name.starts_with("git") && process::is_alive(s.identity);
  });
}

// A git that was killed while it moved the worktree leaves its lock, and some
// files as they were to be. Whatever is not exactly that is somebody's work.
void mend_worktree(const Repository& repository, const store::Intent& intent,
                   const std::string& worktree) {
  const auto there = repository::find(worktree);
  if (!there || has_git_in(worktree)) return;
  // Ours: the branch has been under our lease since the intent was written.
  file::remove(there->git_dir + "/index.lock");
  file::remove(there->git_dir + "/HEAD.lock");
  const auto changed = git::changed_paths(repository, intent.from, intent.to);
  const auto obstacle = find_obstacle(repository, worktree, changed);
  if (obstacle.paths.empty()) return;
  const auto after = blobs_at(repository, intent.to, obstacle.paths);
  const auto before = blobs_at(repository, intent.from, obstacle.paths);
  std::string back;
  std::vector<std::string> fresh;
  for (const std::string& path : obstacle.paths) {
    const auto to = after.find(path);
    const std::string now = hash_of(repository, worktree, path);
    const std::string wanted = to == after.end() ? "" : to->second;
    if (now != wanted) continue;
    if (before.contains(path))
      back += path + '\0';
    else if (!now.empty())
      fresh.push_back(path);
  }
  if (!back.empty())
    git::run(repository,
             {.args = {"checkout", "--quiet", intent.from,
                       "--pathspec-from-file=-", "--pathspec-file-nul"},
              .worktree = worktree,
              .input = back,
              .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}});
  for (const std::string& path : fresh)
    file::remove(file::join(worktree, path));
}

}  // namespace

void recover(const Repository& repository, store::Store& store,
             const std::string& ref) {
  for (const store::Intent& intent : store::list_intents(store, ref)) {
    if (!is_dead(intent)) continue;
    const auto now = git::find_commit(repository, ref);
    const bool is_done = now && *now == intent.to;
    const std::string worktree = worktree_of(repository, ref);
    if (now && !is_done && *now == intent.from && !worktree.empty())
      mend_worktree(repository, intent, worktree);
    store::Transaction transaction(store);
    store::end_intent(store, intent.id, is_done ? "done" : "withdrawn",
                      clock::now());
    transaction.commit();
  }
}

}  // namespace orch::landing
