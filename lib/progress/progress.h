// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/tasks.h"
#include "task/task.h"

// How far a feature is, as git says it: commits that no hook saw, commits that
// are gone, and the task list in the work tree.
namespace orch::progress {

using repository::Repository;

// The task list of a feature: `orch.tasksFile` (from the top of the work tree,
// "{spec-id}" filled in), else tasks.md beside the specification, else
// specs/<spec-id>/tasks.md. Looked for in this worktree, then in the main one
// and in the overseer's. Absent when there is none.
std::optional<std::string> find_tasks_file(const Repository& repository,
                                           store::Store& store,
                                           const store::Feature& feature);
// The same, in this worktree only. Throws Error{UnknownName} when absent.
std::string require_tasks_file(const Repository& repository,
                               const store::Feature& feature);

// Where it may lie from the top of any work tree, the likeliest first.
std::vector<std::string> tasks_file_names(const Repository& repository,
                                          const store::Feature& feature);

// Adds the items that the store does not know yet; a tick in the file counts
// then, and only then. Returns how many. Throws Error{Usage} with file, line
// and column.
int import_list(const Repository& repository, store::Store& store,
                const store::Feature& feature);

struct Reconciled {
  int events = 0;     // commits that had none
  int rewritten = 0;  // commits that became others, which no hook told
  int dropped = 0;    // commits that no ref reaches any more
  int returned = 0;   // commits that were thought rewritten or dropped
  std::vector<task::Change> changes;
};
// Compares the feature's branches with what the store knows of them. A commit
// counts as dropped when no ref reaches it and its agent's branch is still
// there: a branch that was deleted after its work had landed drops nothing.
Reconciled reconcile(const Repository& repository, store::Store& store,
                     const store::Feature& feature);
// The features that have a branch whose tip the store has not seen.
std::vector<store::Feature> behind(const Repository& repository,
                                   store::Store& store);

// Ticks what is done, clears what is not, in that file; every other byte stays.
// Returns how many boxes changed; with none, the file is not written.
int write_marks(store::Store& store, const store::Feature& feature,
                const std::string& path);

// Tells each agent's worktree which task it is at: the one that it has begun or
// claimed, when there is exactly one. The hook prepare-commit-msg adds it to
// commits that name none.
void note_current_tasks(store::Store& store, const store::Feature& feature);

struct Suggestion {
  std::string agent;  // address
  int commits = 0;    // by this role, to the paths below
};
struct Suggestions {
  std::vector<std::string> paths;  // tracked ones that the task names
  std::vector<Suggestion> agents;  // of this feature, the best first
};
// Agents of the feature by how often their role has changed the paths that the
// task's title names (a path that is not there yet stands for its directory).
Suggestions suggest(const Repository& repository, store::Store& store,
                    const store::Feature& feature, const store::Task& task);

}  // namespace orch::progress
