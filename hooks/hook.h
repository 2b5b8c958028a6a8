// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// What every hook program shares (githooks(5)): a file hooks/<git-hook>.cc
// ends in `kHook` and is the executable that git runs through a link.
namespace orch::hooks {

enum class Refuses { No, Yes };

// One call by git.
struct Call {
  repository::Repository repository;
  std::vector<std::string> args;
  std::string input;  // standard input; empty unless the hook reads it
};

struct Hook {
  const char* git_hook;
  Refuses refuses;
  bool reads_input;
  // For a refuser, false says no; it has printed why. What an observer returns
  // is not looked at. Throws orch::Error when it cannot do its work, which
  // never fails the user's command.
  bool (*run)(const Call&);
};

extern const Hook kHook;

}  // namespace orch::hooks
