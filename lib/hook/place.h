// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/memory.h"
#include "file/file.h"
#include "repository/repository.h"

// Putting hooks where git finds them, and taking them away; private to `hook`.
namespace orch::hook {

using repository::Repository;

// Makes `path` a stub for the program, in one step, so that git finds the old
// hook or the new one at every moment. `empty` is what it is made of; without
// it, the usual stub.
void place_stub(const std::string& path, const std::string& program,
                const std::string& empty = "");
// Held while hooks are put in place or taken away: a tick that runs at the same
// time must not put back what is being taken away. Absent without a state
// directory.
std::optional<file::Lock> alone(const Repository& repository);
// Whether the user has a hook of that event.
bool user_has(const Repository& repository, const std::string& event);
// A directory for core.hooksPath: ours, and for all other events, but those
// that the caller places, what runs the user's.
void place_all(const Repository& repository, const std::string& directory,
               const std::vector<std::string>& others);
// What another tool has written into such a directory goes to where the tool
// would have written it without us.
void give_back_written(const Repository& repository, const std::string& ours);
void leave_guards(const Repository& repository);
// The line in the repository's configuration that leads worktrees to their
// guards.
void include_conditions(const Repository& repository);
void exclude_conditions(const Repository& repository);
// The repository's configuration as it was before us.
config::Memory memory_of(const Repository& repository);

// Stubs in the default directory, but for events where something is in the way:
// a hook of somebody's that cannot wait beside ours, since another one does.
void place_in_directory(const Repository& repository);
void leave_directory(const Repository& repository);
bool is_in_the_way(const std::string& directory, const std::string& event);
// Whether nothing is lost when `path` takes the place of what waits `beside`:
// the same bytes, or both are of a tool that writes its hooks anew.
bool is_replaceable(const std::string& path, const std::string& beside);

// orch/hooks, and core.hooksPath of every worktree that has none of its own.
void place_in_worktrees(const Repository& repository);
void lead_to_us(const Repository& repository, const Repository& worktree);
// Whether a core.hooksPath is ours from before the repository was moved.
bool is_left_behind(const std::string& hooks_path);
void leave_worktrees(const Repository& repository);

// hook.orch-<event>.command and .event; the command is our program's path,
// quoted for sh(1) when it has to be.
std::string command_of(const std::string& event);
void place_in_config(const Repository& repository);
void leave_config(const Repository& repository);

}  // namespace orch::hook
