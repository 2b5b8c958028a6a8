// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "repository/repository.h"

// Our hooks beside the user's own. A user's hook is renamed beside itself (the
// same inode, never rewritten) and run by ours with the same arguments, input
// and environment; ours is a symbolic link to the installed program, known by
// its target, so that a removed installation leaves a link that runs nothing.
namespace orch::hook {

using repository::Repository;

struct Status {
  std::string event;
  std::string owner;   // "orch", "user", "none"
  std::string path;    // where git looks
  std::string method;  // "link", "link+chained", "none"
  bool runs = false;   // whether ours would run
  std::string detail;  // why not, or what is chained
};

// One per event that we have a program for, sorted by event.
std::vector<Status> status(const Repository& repository);

// Throws what `install` would throw, and changes nothing.
void require_installable(const Repository& repository);

// Installs; what is there already is left alone. Throws Error{RefusedByPolicy}
// when core.hooksPath is set: those files belong to another tool.
std::vector<Status> install(const Repository& repository);

// Removes our links and puts every renamed file back under its name.
std::vector<Status> uninstall(const Repository& repository);

// Where a user's hook of that name waits while ours is installed.
std::string chained_path(const std::string& hook_path);

}  // namespace orch::hook
