// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
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

// Tells of the commit that HEAD is at now, as a record of this kind, once for
// this call. Throws Error{Io} when it could not be made durable.
void record_head(const Call& call, std::string_view kind);

}  // namespace orch::hooks
