// SPDX-License-Identifier: MIT
#include "hook/install.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::hook {
namespace {

constexpr char kOurTail[] = "/libexec/git-orch/hooks/";

std::string hooks_directory(const Repository& repository) {
  return repository.common_dir + "/hooks";
}

std::string made_marker(const Repository& repository) {
  return repository.orch_dir() + "/restore/hooks-directory-made";
}

bool is_ours(const std::string& path) {
  const auto target = file::link_target(path);
  return target && target->find(kOurTail) != std::string::npos;
}

bool is_executable(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

// Makes `path` a link to our program, through a temporary name, so that git
// finds the old hook or the new one at every moment.
void place_link(const std::string& path, const std::string& event) {
  const std::string target = file::join(installation::hook_directory(), event);
  if (file::link_target(path) == target) return;
  const std::string beside = path + ".orch-new";
  file::remove(beside);
  if (::symlink(target.c_str(), beside.c_str()) != 0)
    throw io_error("cannot install hook '" + path + "'", errno);
  file::rename(beside, path);
}

Status status_of(const std::string& directory, const std::string& event,
                 const std::string& hooks_path) {
  Status s;
  s.event = event;
  s.path = file::join(directory, event);
  s.method = "none";
  const bool chained = file::exists(chained_path(s.path));
  if (is_ours(s.path)) {
    s.owner = "orch";
    s.method = chained ? "link+chained" : "link";
    s.runs = is_executable(s.path) && hooks_path.empty();
    if (!is_executable(s.path)) s.detail = "the program is not installed";
    if (chained) s.detail = "then runs " + chained_path(s.path);
  } else {
    s.owner = file::exists(s.path) ? "user" : "none";
  }
  if (!hooks_path.empty()) s.detail = "core.hooksPath is '" + hooks_path + "'";
  return s;
}

std::string configured_hooks_path(const Repository& repository) {
  return config::Config::load(repository).text("core.hookspath", "");
}

}  // namespace

std::string chained_path(const std::string& hook_path) {
  return hook_path + ".orch-chained";
}

std::vector<Status> status(const Repository& repository) {
  const std::string hooks_path = configured_hooks_path(repository);
  std::vector<Status> out;
  for (const std::string& event : installation::hook_events())
    out.push_back(status_of(hooks_directory(repository), event, hooks_path));
  return out;
}

void require_installable(const Repository& repository) {
  const std::string hooks_path = configured_hooks_path(repository);
  if (!hooks_path.empty())
    throw Error(ErrorCode::RefusedByPolicy,
                "cannot install hooks: core.hooksPath is '" + hooks_path +
                    "', whose files belong to another tool",
                "git config --unset core.hooksPath, or git orch init "
                "--no-hooks");
  for (const std::string& event : installation::hook_events()) {
    const std::string path = file::join(hooks_directory(repository), event);
    if (file::exists(path) && !is_ours(path) &&
        file::exists(chained_path(path)))
      throw Error(ErrorCode::Exists,
                  "cannot install hook '" + path + "': '" + chained_path(path) +
                      "' is in the way",
                  "look at both and keep the one you need");
  }
}

std::vector<Status> install(const Repository& repository) {
  require_installable(repository);
  const std::string directory = hooks_directory(repository);
  // Remembered, so that uninstall leaves no directory that was not there.
  if (!file::is_directory(directory)) {
    file::make_directories(directory);
    file::make_private_directories(
        file::parent_of(made_marker(repository)));
    file::write_atomically(made_marker(repository), "");
  }
  for (const std::string& event : installation::hook_events()) {
    const std::string path = file::join(directory, event);
    if (file::exists(path) && !is_ours(path)) {
      // link(2) before the rename over it: never a moment without the hook.
      if (::link(path.c_str(), chained_path(path).c_str()) != 0)
        file::rename(path, chained_path(path));
    }
    place_link(path, event);
  }
  return status(repository);
}

std::vector<Status> uninstall(const Repository& repository) {
  const std::string directory = hooks_directory(repository);
  for (const std::string& name : file::names_in(directory)) {
    const std::string path = file::join(directory, name);
    if (!is_ours(path)) continue;
    if (file::exists(chained_path(path)))
      file::rename(chained_path(path), path);
    else
      file::remove(path);
  }
  if (file::exists(made_marker(repository)) &&
      file::is_empty_directory(directory))
    file::remove_tree(directory);
  return status(repository);
}

}  // namespace orch::hook
