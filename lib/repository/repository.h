// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Where a repository keeps its things, read from files alone: no process, no
// libgit2. gitrepository-layout(5) and git-worktree(1) are the source of every
// name here. Hook programs link this and nothing else of git.
namespace orch::repository {

struct Repository {
  std::string git_dir;     // of this worktree; absolute
  std::string common_dir;  // shared by all worktrees; absolute
  std::string worktree;    // its top; empty inside a git directory or when bare

  // <common dir>/orch: where everything of ours lives.
  std::string orch_dir() const { return common_dir + "/orch"; }
  bool is_linked_worktree() const { return git_dir != common_dir; }

  bool operator==(const Repository&) const = default;
};

// The repository of `directory`: for the current one GIT_DIR and GIT_COMMON_DIR
// as git reads them, else the nearest `.git` above. Absent when there is none;
// throws Error{Io} when that cannot be told.
std::optional<Repository> find(const std::string& directory);

// The repository of the current directory; for an agent that works outside any
// that git orch knows, the one that started it (ORCH_GIT_DIR). Throws
// Error{NotARepository}, also when the directory belongs to another user (git's
// safe.directory).
Repository require();

// The repository of another directory, of the same user and set up. Throws
// Error{NotARepository, NotInitialised}.
Repository require_at(const std::string& directory);

// Throws Error{Usage} outside a working tree: in a bare repository or inside a
// git directory.
void require_worktree(const Repository& repository);

// Whether our state directory exists. Throws Error{Io} when that cannot be
// told.
bool is_initialised(const Repository& repository);

struct Head {
  std::string branch;  // full ref name; empty when detached
  std::string commit;  // hexadecimal; empty when unborn or not in a file
};
Head read_head(const Repository& repository);

// The value of a ref as files hold it, loose before packed, symbolic refs
// followed. Absent when there is none or the refs are in a reftable.
std::optional<std::string> find_ref(const Repository& repository,
                                    std::string_view name);

// The value in packed-refs alone.
std::optional<std::string> find_packed_ref(const Repository& repository,
                                           std::string_view name);

bool uses_reftable(const Repository& repository);

// Files of ours in the private git directory of an agent's worktree: whose it
// is, what it is held to (policy/worktree_rules.h), at which task it works, and
// which set-up commands have succeeded there.
inline constexpr char kAgentFile[] = "orch-agent";
inline constexpr char kRulesFile[] = "orch-guard";
inline constexpr char kTaskFile[] = "orch-task";
inline constexpr char kSetUpFile[] = "orch-setup";

// The agent that owns this worktree, `<spec-id>/<role>`: written by us into
// the worktree's private git directory, so that no environment variable and no
// tracked file can claim it. Absent in everybody else's worktree.
std::optional<std::string> agent_of(const Repository& repository);
void mark_agent(const std::string& git_dir, std::string_view agent);

// The linked worktrees that belong to agents, where they are now: also after
// `git worktree move` and `git worktree repair`. Those that are gone, or that
// have not been repaired after a move by hand, are left out.
struct AgentWorktree {
  std::string agent;     // `<spec-id>/<role>`
  std::string worktree;  // its top; absolute
  std::string git_dir;   // its private one; absolute
};
std::vector<AgentWorktree> agent_worktrees(const Repository& repository);

// Whether a rebase (rebase, am) is under way in this worktree.
bool is_rebasing(const Repository& repository);

// Whether the newest line of HEAD's reflog is an amended commit.
bool last_move_was_amend(const Repository& repository);

}  // namespace orch::repository
