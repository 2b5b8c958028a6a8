// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/git.h"
#include "repository/repository.h"
#include "store/snapshots.h"
#include "store/store.h"

// The git side of snapshots; private to `agent`.
namespace orch::agent {

using repository::Repository;

struct SavedWork {
  std::string commit;      // empty when nothing differs
  std::string tree;        // of the work
  std::string index_tree;  // of what is staged
  std::string base_tree;   // of HEAD; the empty one while HEAD is unborn
  std::string index_file;  // a private index of exactly `tree`, stat data fresh
  bool differs() const { return tree != base_tree || index_tree != base_tree; }
};

// Work and index of the worktree `here` as one commit in the repository's own
// objects, by indexes in the directory `scratch`. Throws Error{Io}.
SavedWork save_work(const Repository& here, const std::string& scratch,
                    const std::string& message);

// Runs git with the settings under which bytes are kept: no hooks of the user
// on private indexes, no refusal for line ends, objects synced. The second
// throws Error{Io} with git's own message.
process::Outcome run_carefully(const Repository& here, git::Call call);
std::string require_carefully(const Repository& here, const git::Call& call);

// The paths in which a snapshot's work or index differs from its first parent,
// sorted.
std::vector<std::string> saved_paths(const Repository& repository,
                                     const std::string& commit);

// Nested repositories with untracked work, relative to the top, each ending in
// a slash.
std::vector<std::string> nested_repositories(const Repository& here);
bool has_unmerged(const Repository& here);

// One tree entry that differs between two trees.
struct Change {
  std::string path;
  std::string mode, id;  // in the second; mode "000000" when it is gone there
  bool is_removal() const { return mode == "000000"; }
};
std::vector<Change> changes_between(const Repository& repository,
                                    const std::string& from,
                                    const std::string& to);

// The text of a snapshot's commit.
std::string message_of(const std::string& address, const std::string& reason);

// Gives saved work its ref and its row; absent when nothing differs.
std::optional<store::Snapshot> record_work(const Repository& repository,
                                           store::Store& store,
                                           const std::string& address,
                                           const SavedWork& work,
                                           const std::string& reason);

}  // namespace orch::agent
