// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "clock/clock.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "store/snapshots.h"

namespace orch::agent {

std::optional<std::string> snapshot(const Repository& repository,
                                    store::Store& store,
                                    const store::Agent& agent,
                                    const std::string& reason) {
  const auto here = repository::find(agent.worktree);
  if (!here || here->common_dir != repository.common_dir) return std::nullopt;
  const auto paths = git::dirty_paths(repository, agent.worktree);
  if (paths.empty()) return std::nullopt;
  const std::string commit =
      git::saved_worktree_commit(repository, agent.worktree);
  if (commit.empty()) return std::nullopt;
  const std::int64_t now = clock::now();
  const std::string ref =
      "refs/orch/snapshots/" + agent.address + "/" + std::to_string(now);
  git::update_refs(repository, {{ref, commit, git::zero_id(commit)}},
                   "orch: snapshot before " + reason);
  store::Transaction transaction(store);
  store::insert_snapshot(store, {.agent = agent.address,
                                 .ref = ref,
                                 .commit = commit,
                                 .reason = reason,
                                 .paths = paths.size(),
                                 .taken_at = now});
  transaction.commit();
  return commit;
}

}  // namespace orch::agent
