// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

// The hook that git would run if ours were not there. Hook programs link this.
namespace orch::chain {

// The variable by which `git orch hooks verify` asks a hook program whether git
// runs it: the path of a file that is there.
inline constexpr char kProbe[] = "ORCH_HOOK_PROBE";

// Answers such a question with a line "<event> TAB <argv0>"; false when nobody
// asked.
bool answer_probe(const std::string& argv0, const std::string& event);

// Where our links lie when core.hooksPath leads to us: <common dir>/orch/hooks.
std::string directory_in(const std::string& common_dir);

// The same for the worktrees of agents, with the hooks that guard them:
// <common dir>/orch/guard. The repository's configuration includes kIncluded,
// named from the common directory, which leads these worktrees there.
std::string guard_directory_in(const std::string& common_dir);
inline constexpr char kIncluded[] = "orch-worktrees.config";
bool is_directory_of_ours(const std::string& common_dir,
                          const std::string& hooks_path);

// Whether `path` is ours, a stub or a link that leads to a hook program of an
// installation, wherever another installer may have moved it.
bool is_ours(const std::string& path);

// Where a user's hook waits beside our link of that event.
std::string beside(const std::string& directory, std::string_view event);

// The user's own hook of `event`, for a program that git started as `argv0`:
// beside our link, or, when core.hooksPath leads to us, the hook below the
// value of the next scope as it is at this moment (relative to the top of this
// worktree, else of the main one), or of the default directory. Empty when
// there is none that can be run.
std::string find_next(const std::string& argv0, const std::string& event);

// Makes this process the hook `next`, with the rest of `argv` as it is. Returns
// when that failed.
void become(const std::string& next, char** argv);

}  // namespace orch::chain
