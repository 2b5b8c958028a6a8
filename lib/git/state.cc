// SPDX-License-Identifier: MIT
#include "git/state.h"

#include "file/file.h"
#include "git/git.h"

namespace orch::git {

bool is_ancestor(const Repository& repository, const std::string& commit,
                 const std::string& of) {
  return run(repository, {.args = {"merge-base", "--is-ancestor", commit, of}})
      .ok();
}

std::string unfinished_in(const Repository& worktree) {
  for (const char* name : {"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD",
                           "BISECT_LOG", "sequencer"})
    if (file::exists(file::join(worktree.git_dir, name))) return name;
  return repository::is_rebasing(worktree) ? "a rebase" : "";
}

}  // namespace orch::git
