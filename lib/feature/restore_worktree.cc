// SPDX-License-Identifier: MIT
#include "feature/feature.h"
#include "git/worktrees_lock.h"
#include "feature/make.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/guard.h"
#include "hook/install.h"
#include "text/text.h"

namespace orch::feature {
namespace {

// The private git directory of a worktree that git has not pruned yet; empty:
// there is none.
std::string find_entry(const Repository& repository, const std::string& path) {
  const std::string all = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(all)) {
    const std::string entry = file::join(all, name);
    const auto back = file::find_contents(entry + "/gitdir");
    if (back && text::trim(*back) == path + "/.git") return entry;
  }
  return "";
}

}  // namespace

void restore_worktree(const Repository& repository, store::Store& store,
                      const store::Agent& agent) {
  const git::WorktreesLock lock(repository);
  const std::string entry = find_entry(repository, agent.worktree);
  if (entry.empty() || !file::exists(entry + "/index")) {
    add_worktree(repository, agent);
    check_out(repository, {agent});
  } else {
    file::make_directories(agent.worktree);
    file::write_atomically(agent.worktree + "/.git", "gitdir: " + entry + "\n",
                           0644);
    git::require(repository, {.args = {"checkout-index", "--all", "--force"},
                              .worktree = agent.worktree,
                              .dies_with_us = true});
  }
  guard::refresh(repository, store);
}

}  // namespace orch::feature
