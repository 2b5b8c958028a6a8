// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "process/process.h"
#include "repository/repository.h"

// The only way to run git. Names of refs are full and guarded against being
// read as options; ids are opaque hexadecimal text. A verdict on a merge is
// git's own.
namespace orch::git {

using repository::Repository;

inline constexpr std::string_view kHeads = "refs/heads/";

// "refs/heads/main" -> "main"; other names unchanged.
std::string short_branch(std::string_view ref);

// The version of the git on PATH, for example {2, 39, 5}. Throws
// Error{MissingTool} when there is none.
struct Version {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
  std::string text() const;
};
Version installed_version();

// Runs git in the common directory, or, with `worktree`, in that working tree.
// `run` returns whatever happened; `require` throws Error{Io} with git's own
// message when git fails.
struct Call {
  std::vector<std::string> args;
  std::string worktree;  // empty: --git-dir=<common dir>
  std::string input;
  std::vector<std::pair<std::string, std::string>> environment;
  bool dies_with_us = false;
  int timeout_ms = 0;
};
process::Program program(const Repository& repository, const Call& call);
process::Outcome run(const Repository& repository, const Call& call);
std::string require(const Repository& repository, const Call& call);

// The message of a failed git, without "fatal: ".
std::string message_of(const process::Outcome& outcome);

// The commit that `revision` names, HEAD being that of this worktree; absent
// when it names none.
std::optional<std::string> find_commit(const Repository& repository,
                                       const std::string& revision);

struct Ref {
  std::string name;  // full
  std::string id;
};
// Refs below `prefixes` (for example "refs/heads/feature/"), by name.
std::vector<Ref> list_refs(const Repository& repository,
                           const std::vector<std::string>& prefixes);

struct RefUpdate {
  std::string name;  // full
  std::string to;    // all zeros deletes
  std::string from;  // all zeros: must not exist
};
// All or none (`git update-ref --stdin`, a transaction). Throws Error{Io}.
void update_refs(const Repository& repository,
                 const std::vector<RefUpdate>& updates,
                 const std::string& reason);
std::string zero_id(const std::string& like);

struct Worktree {
  std::string path;
  std::string git_dir;  // empty when unknown
  std::string head;
  std::string branch;  // full ref name; empty when detached
  bool bare = false;
  bool prunable = false;
};
// The main worktree first (git-worktree(1), list --porcelain -z).
std::vector<Worktree> list_worktrees(const Repository& repository);

// One commit as its object says it.
struct Commit {
  std::string id;
  std::vector<std::string> parents;
  std::string author;             // name, without the address
  std::int64_t committed_at = 0;  // milliseconds
  std::string subject;
  std::string body;  // everything behind the subject
  // Subject, a blank line, body.
  std::string message() const { return subject + "\n\n" + body; }
};
// Commits by id, in one process; what is missing or no commit is left out. Of
// a message, at most 64 KiB are kept: its beginning, and its last lines.
std::map<std::string, Commit> read_commits(const Repository& repository,
                                           const std::vector<std::string>& ids);
Commit parse_commit(const std::string& id, std::string_view object);

struct Divergence {
  int ahead = 0, behind = 0;
};
// Commits only in `tip`, and only in `upstream`.
Divergence divergence(const Repository& repository, const std::string& tip,
                      const std::string& upstream);

// Paths with uncommitted changes or untracked files, sorted.
std::vector<std::string> dirty_paths(const Repository& repository,
                                     const std::string& worktree);

// The merge base of `tip` with a hypothetical merge of all `others`; empty when
// there is none. `environment` may show more objects.
using Environment = std::vector<std::pair<std::string, std::string>>;
std::string find_merge_base(const Repository& repository,
                            const std::string& tip,
                            const std::vector<std::string>& others,
                            const Environment& environment = {});
// Paths that differ between two commits, renames taken apart.
std::vector<std::string> changed_paths(const Repository& repository,
                                       const std::string& from,
                                       const std::string& to,
                                       const Environment& environment = {});

}  // namespace orch::git
