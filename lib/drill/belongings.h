// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "drill/arena.h"

// What is a person's own in an arena, where nothing may change it. Private to
// `drill`.
namespace orch::drill {

// What a person has before git orch comes: lines of his own in the repository's
// configuration, and hooks.
void furnish(const std::string& repository);
// Work in the main worktree that is not committed.
void begin_work(const std::string& repository);

// All of it as one text: equal before and after means that nothing has changed.
// The main worktree's files, status and HEAD, what the configuration has that
// neither git nor the suite writes there, the hooks, the user's configuration.
std::string belongings_in(const Arena& arena);

}  // namespace orch::drill
