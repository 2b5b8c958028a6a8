// SPDX-License-Identifier: MIT
#include "hook/place.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <optional>
#include <vector>

#include "chain/chain.h"
#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::hook {
namespace {

// githooks(5). Those that git runs often, or whose mere presence changes what
// git does, are not here: they get a program of ours only while the user has
// one.
const std::vector<std::string> kPassedOn = {
    "applypatch-msg", "pre-applypatch",   "post-applypatch",
    "pre-commit",     "pre-merge-commit", "prepare-commit-msg",
    "commit-msg",     "post-commit",      "pre-rebase",
    "post-checkout",  "post-merge",       "pre-push",
    "post-rewrite",   "pre-auto-gc",      "sendemail-validate"};
const std::vector<std::string> kOnlyWhenPresent = {
    "reference-transaction", "post-index-change",
    "pre-receive",           "update",
    "proc-receive",          "post-receive",
    "post-update",           "push-to-checkout"};

std::string restore_directory(const Repository& repository) {
  return repository.orch_dir() + "/restore";
}

std::string made_marker(const Repository& repository) {
  return restore_directory(repository) + "/hooks-directory-made";
}

// Makes `path` a link to the program, through a temporary name, so that git
// finds the old hook or the new one at every moment.
void place_link(const std::string& path, const std::string& target) {
  if (file::link_target(path) == target) return;
  const std::string beside = path + ".orch-new";
  file::remove(beside);
  if (::symlink(target.c_str(), beside.c_str()) != 0)
    throw io_error("cannot install hook '" + path + "'", errno);
  file::rename(beside, path);
}

mode_t mode_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 07777 : 0644;
}

// Changes the shared configuration and remembers its bytes before and after,
// so that they can be put back while nobody else has changed them.
void change_config(const Repository& repository,
                   const std::function<void()>& change) {
  const std::string config = repository.common_dir + "/config";
  const std::string before = restore_directory(repository) + "/hooks.before";
  const std::string after = restore_directory(repository) + "/hooks.after";
  const std::string now = file::load_contents(config);
  change();
  const std::string changed = file::load_contents(config);
  if (now == changed) return;
  file::make_private_directories(restore_directory(repository));
  if (!file::exists(before)) file::write_atomically(before, now);
  file::write_atomically(after, changed);
}

// Whether the bytes could be put back as they were.
bool put_config_back(const Repository& repository) {
  const std::string config = repository.common_dir + "/config";
  const std::string before = restore_directory(repository) + "/hooks.before";
  const std::string after = restore_directory(repository) + "/hooks.after";
  const auto was = file::find_contents(before);
  const bool same =
      was && file::find_contents(config) == file::find_contents(after);
  if (same) file::write_atomically(config, *was, mode_of(config));
  file::remove(before);
  file::remove(after);
  return same;
}

std::vector<Repository> worktrees_of(const Repository& repository) {
  std::vector<Repository> out;
  for (const git::Worktree& w : git::list_worktrees(repository)) {
    if (w.bare || w.prunable) continue;
    if (const auto found = repository::find(w.path))
      if (found->common_dir == repository.common_dir) out.push_back(*found);
  }
  return out;
}

// The user's hooks as they are now, to know which rare ones exist.
bool user_has(const Repository& repository, const std::string& event) {
  const std::string link =
      file::join(chain::directory_in(repository.common_dir), event);
  return !chain::find_next(link, event).empty();
}

std::string quoted(const std::string& path) {
  std::string out = "'";
  for (const char c : path)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

void place_links(const Repository& repository) {
  const std::string directory = repository.common_dir + "/hooks";
  // Remembered, so that uninstall leaves no directory that was not there.
  if (!file::is_directory(directory)) {
    file::make_directories(directory);
    file::make_private_directories(restore_directory(repository));
    file::write_atomically(made_marker(repository), "");
  }
  for (const std::string& event : installation::hook_events()) {
    const std::string path = file::join(directory, event);
    const std::string beside = chain::beside(directory, event);
    if (file::exists(path) && !chain::is_ours(path)) {
      // link(2) before the rename over it: never a moment without the hook.
      if (::link(path.c_str(), beside.c_str()) != 0) file::rename(path, beside);
    }
    place_link(path, file::join(installation::hook_directory(), event));
  }
}

void remove_links(const Repository& repository) {
  const std::string directory = repository.common_dir + "/hooks";
  for (const std::string& name : file::names_in(directory)) {
    const std::string path = file::join(directory, name);
    if (!chain::is_ours(path)) continue;
    const std::string beside = chain::beside(directory, name);
    if (file::exists(beside))
      file::rename(beside, path);
    else
      file::remove(path);
  }
  if (file::exists(made_marker(repository)) &&
      file::is_empty_directory(directory))
    file::remove_tree(directory);
}

void lead_to_us(const Repository& repository, const Repository& worktree) {
  const std::string ours = chain::directory_in(repository.common_dir);
  const auto config = config::Config::load(worktree);
  const auto own = config.find_in("core.hookspath", "worktree");
  // A value that somebody gave this one worktree is his to keep.
  if (own) return;
  config::set_in_worktree(worktree, "core.hooksPath", ours);
}

void place_in_worktrees(const Repository& repository) {
  const std::string ours = chain::directory_in(repository.common_dir);
  file::make_private_directories(ours);
  const auto events = installation::hook_events();
  for (const std::string& event : kPassedOn)
    place_link(file::join(ours, event), installation::pass_on_program());
  for (const std::string& event : kOnlyWhenPresent)
    if (user_has(repository, event))
      place_link(file::join(ours, event), installation::pass_on_program());
  for (const std::string& event : events)
    place_link(file::join(ours, event),
               file::join(installation::hook_directory(), event));
  change_config(repository, [&] { config::enable_worktree_scope(repository); });
  for (const Repository& worktree : worktrees_of(repository))
    lead_to_us(repository, worktree);
}

void leave_worktrees(const Repository& repository) {
  const std::string ours = chain::directory_in(repository.common_dir);
  if (!file::is_directory(ours)) return;
  bool in_use = false;
  for (const Repository& worktree : worktrees_of(repository)) {
    const std::string path = worktree.git_dir + "/config.worktree";
    if (config::Config::load(worktree).find_in("core.hookspath", "worktree") ==
        ours)
      config::set_in_worktree(worktree, "core.hooksPath", std::nullopt);
    const auto left = file::find_contents(path);
    // git leaves an empty "[core]" behind.
    if (left && text::trim(*left).empty())
      file::remove(path);
    else if (left && text::trim(*left) == "[core]")
      file::remove(path);
    else if (left)
      in_use = true;
  }
  // Somebody else may use the scope by now.
  if (!in_use) put_config_back(repository);
  file::remove_tree(ours);
}

void place_in_config(const Repository& repository) {
  change_config(repository, [&] {
    for (const std::string& event : installation::hook_events()) {
      const std::string key = "hook.orch-" + event;
      config::set_local(
          repository,
          {{key + ".command",
            quoted(file::join(installation::hook_directory(), event))},
           {key + ".event", event}});
    }
  });
}

void leave_config(const Repository& repository) {
  if (put_config_back(repository)) return;
  const auto config = config::Config::load(repository);
  for (const std::string& event : installation::hook_events())
    if (config.find_in("hook.orch-" + event + ".command", "local"))
      git::run(repository, {.args = {"config", "--local", "--remove-section",
                                     "hook.orch-" + event}});
}

}  // namespace orch::hook
