// SPDX-License-Identifier: MIT
#include "hook/place.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <vector>

#include "chain/chain.h"
#include "config/config.h"
#include "config/memory.h"
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

// A worktree's own configuration.
config::Memory memory_of_own(const Repository& repository,
                             const Repository& worktree) {
  const std::string place = restore_directory(repository) + "/worktree";
  const bool is_main = worktree.git_dir == repository.common_dir;
  return {worktree.git_dir + "/config.worktree",
          is_main ? place : place + "-" + file::name_of(worktree.git_dir)};
}

// The main worktree, be it a bare repository.
Repository main_of(const Repository& repository) {
  return {repository.common_dir, repository.common_dir, ""};
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

// git names our directory to a tool that asks where hooks lie. What it writes
// there is not run, but kept.
void keep_written(const std::string& ours) {
  for (const std::string& name : file::names_in(ours)) {
    const std::string path = file::join(ours, name);
    if (!chain::is_ours(path) && name.find('.') == std::string::npos)
      file::rename(path, chain::beside(ours, name));
  }
}

}  // namespace

config::Memory memory_of(const Repository& repository) {
  return {repository.common_dir + "/config",
          restore_directory(repository) + "/hooks"};
}

// To where the tool would have written it without us.
void give_back_written(const Repository& repository, const std::string& ours) {
  keep_written(ours);
  for (const std::string& name : file::names_in(ours)) {
    if (chain::is_ours(file::join(ours, name))) continue;
    const std::string event = name.substr(0, name.find('.'));
    const std::string directory = repository.common_dir + "/hooks";
    const std::string path = file::join(directory, event);
    if (file::exists(path) && is_replaceable(path, file::join(ours, name))) {
      file::remove(file::join(ours, name));
      continue;
    }
    file::make_directories(directory);
    file::rename(file::join(ours, name),
                 file::exists(path) ? path + ".orch-added" : path);
  }
}

std::optional<file::Lock> alone(const Repository& repository) {
  const std::string locks = repository.orch_dir() + "/lock";
  if (!file::is_directory(locks)) return std::nullopt;
  return file::Lock::take(locks + "/hooks", file::Lock::Mode::Exclusive, 10000,
                          "the hooks");
}

// The user's hooks as they are now, to know which rare ones exist.
bool user_has(const Repository& repository, const std::string& event) {
  const std::string link =
      file::join(chain::directory_in(repository.common_dir), event);
  return !chain::find_next(link, event).empty();
}

void lead_to_us(const Repository& repository, const Repository& worktree) {
  const std::string hooks = chain::directory_in(repository.common_dir);
  const std::string guard = chain::guard_directory_in(repository.common_dir);
  const std::string ours =
      repository::agent_of(worktree) && file::is_directory(guard) ? guard
                                                                  : hooks;
  const auto config = config::Config::load(worktree);
  // A value that somebody gave this one worktree is his to keep.
  const auto own = config.find_in("core.hookspath", "worktree");
  if (own == ours) return;
  if (own && own != hooks && own != guard && !is_left_behind(*own)) return;
  const auto set = [&] {
    config::set_in_worktree(worktree, "core.hooksPath", ours);
  };
  // git-worktree(1) gives a new worktree the values of the main one: there is
  // nothing to remember of ours.
  const config::Memory memory = memory_of_own(repository, worktree);
  if (own && !memory.holds())
    set();
  else
    memory.change(set);
}

bool is_left_behind(const std::string& hooks_path) {
  return chain::is_directory_of_ours(
             file::parent_of(file::parent_of(hooks_path)), hooks_path) &&
         !file::is_directory(hooks_path);
}

void place_all(const Repository& repository, const std::string& directory,
               const std::vector<std::string>& others) {
  file::make_private_directories(directory);
  keep_written(directory);
  const auto ours = installation::hook_events();
  const auto is_in = [](const std::vector<std::string>& list,
                        const std::string& event) {
    return std::find(list.begin(), list.end(), event) != list.end();
  };
  // Each once: git may run one at any moment.
  const auto pass_on = [&](const std::string& event) {
    if (!is_in(ours, event) && !is_in(others, event))
      place_stub(file::join(directory, event), installation::pass_on_program());
  };
  for (const std::string& event : kPassedOn) pass_on(event);
  for (const std::string& event : kOnlyWhenPresent)
    if (user_has(repository, event)) pass_on(event);
  for (const std::string& event : ours)
    place_stub(file::join(directory, event),
               file::join(installation::hook_directory(), event));
}

void place_in_worktrees(const Repository& repository) {
  place_all(repository, chain::directory_in(repository.common_dir), {});
  // Switching the scope on moves keys to the main worktree's own file.
  memory_of_own(repository, main_of(repository)).change([&] {
    memory_of(repository).change([&] {
      config::enable_worktree_scope(repository);
    });
  });
  for (const Repository& worktree : worktrees_of(repository))
    lead_to_us(repository, worktree);
}

namespace {

// Takes our value out of a worktree's own file; whether something is left in
// it.
bool take_out(const Repository& repository, const Repository& worktree) {
  const std::string path = worktree.git_dir + "/config.worktree";
  const auto config = config::Config::load(worktree);
  const auto value = config.find_in("core.hookspath", "worktree");
  if (value && (chain::is_directory_of_ours(repository.common_dir, *value) ||
                is_left_behind(*value)))
    config::set_in_worktree(worktree, "core.hooksPath", std::nullopt);
  memory_of_own(repository, worktree).forget();
  const auto left = file::find_contents(path);
  if (!left) return false;
  // git leaves an empty "[core]" behind.
  const std::string_view rest = text::trim(*left);
  if (!rest.empty() && rest != "[core]") return true;
  file::remove(path);
  return false;
}

// The file has changed since by others, so that its bytes cannot be put back,
// but nobody has anything in the scope that we have switched on.
void switch_scope_off(const Repository& repository) {
  const std::string key = "extensions.worktreeConfig";
  const std::string before = memory_of(repository).before();
  const git::Call had = {.args = {"config", "--file", before, key}};
  if (file::exists(before) && git::run(repository, had).ok()) return;
  git::run(repository, {.args = {"config", "--local", "--unset", key}});
}

}  // namespace

void leave_worktrees(const Repository& repository) {
  const std::string ours = chain::directory_in(repository.common_dir);
  if (!file::is_directory(ours)) return;
  const Repository main = main_of(repository);
  bool in_use = false;
  for (const Repository& worktree : worktrees_of(repository)) {
    if (worktree.git_dir == main.git_dir) continue;
    const config::Memory own = memory_of_own(repository, worktree);
    in_use |= own.put_back()
                  ? file::exists(worktree.git_dir + "/config.worktree")
                  : take_out(repository, worktree);
  }
  const config::Memory own = memory_of_own(repository, main);
  const config::Memory shared = memory_of(repository);
  if (!shared.holds()) {
    if (!own.put_back()) take_out(repository, main);
  } else if (!in_use && own.is_untouched() && shared.is_untouched()) {
    shared.put_back();
    own.put_back();
  } else {
    // Somebody else uses the scope by now: keys that were moved to the main
    // worktree's own file stay there.
    if (!take_out(repository, main) && !in_use) switch_scope_off(repository);
    shared.forget();
  }
  give_back_written(repository, ours);
  file::remove_tree(ours);
}

std::string command_of(const std::string& event) {
  const std::string path = file::join(installation::hook_directory(), event);
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("/._-+,:@%").find(c) != std::string_view::npos;
  };
  if (std::all_of(path.begin(), path.end(), plain)) return path;
  std::string out = "exec '";
  for (const char c : path)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

void place_in_config(const Repository& repository) {
  memory_of(repository).change([&] {
    for (const std::string& event : installation::hook_events()) {
      const std::string key = "hook.orch-" + event;
      config::set_local(repository, {{key + ".command", command_of(event)},
                                     {key + ".event", event}});
    }
  });
}

void leave_config(const Repository& repository) {
  if (memory_of(repository).put_back()) return;
  exclude_conditions(repository);
  const auto config = config::Config::load(repository);
  for (const std::string& event : installation::hook_events())
    if (config.find_in("hook.orch-" + event + ".command", "local"))
      git::run(repository, {.args = {"config", "--local", "--remove-section",
                                     "hook.orch-" + event}});
}

}  // namespace orch::hook
