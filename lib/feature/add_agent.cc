// SPDX-License-Identifier: MIT
#include <algorithm>

#include "error/error.h"
#include "feature/feature.h"
#include "feature/journal.h"
#include "git/worktrees_lock.h"
#include "feature/make.h"
#include "feature/plan.h"
#include "git/git.h"
#include "guard/guard.h"
#include "installation/data.h"
#include "text/text.h"

namespace orch::feature {
namespace {

void require_fitting(const role::Role& role,
                     const std::vector<store::Agent>& team,
                     const std::string& spec_id) {
  if (role.kind == "overseer")
    throw Error(ErrorCode::Usage, "role '" + role.name +
                                      "' is an overseer, and feature '" +
                                      spec_id + "' has one");
  for (const std::string& needed : role.requires_roles)
    if (std::none_of(team.begin(), team.end(),
                     [&](const store::Agent& a) { return a.role == needed; }))
      throw Error(ErrorCode::Usage,
                  "role '" + role.name + "' requires '" + needed + "'",
                  "git orch agent start --role " + needed);
}

}  // namespace

store::Agent add_agent(const Repository& repository, store::Store& store,
                       const store::Feature& feature, const std::string& name,
                       const std::string& runtime) {
  const git::WorktreesLock lock(repository);
  const std::string address = feature.spec_id + "/" + name;
  if (auto present = store::find_agent(store, address))
    return *std::move(present);
  const role::Role role =
      installation::require_role(repository.orch_dir(), name);
  require_fitting(role, store::list_agents(store, feature.id), feature.spec_id);
  // Its own name, so that a whole feature's journal is another one.
  const std::string key = feature.spec_id + "@" + name;
  auto journal = Journal::find(repository.orch_dir(), key);
  const auto start = git::find_commit(
      repository, std::string(git::kHeads) + feature.integration_branch);

  Created planned{.feature = feature, .agents = {}};
  planned.feature.base_commit =
      journal ? journal->base_commit : start.value_or(feature.base_commit);
  store::Agent agent;
  agent.address = address;
  agent.role = name;
  agent.kind = role.kind;
  agent.branch = branch_of(feature.spec_id, name);
  agent.worktree =
      worktree_root(repository) + "/" + feature.spec_id + "/" + name;
  agent.runtime = runtime;
  planned.agents.push_back(agent);
  refuse_in_the_way(repository, feature.spec_id, planned.agents,
                    journal ? &*journal : nullptr);
  if (!journal) {
    journal = Journal{.spec_id = key,
                      .base = feature.base,
                      .base_commit = planned.feature.base_commit,
                      .parts = {{agent.branch, agent.worktree}}};
    journal->write(repository.orch_dir());
  }
  try {
    create_branches(repository, planned);
    add_worktree(repository, agent);
    check_out(repository, planned.agents);
    insert_rows(store, planned, {role}, nullptr);
  } catch (const Error&) {
    undo(repository, *journal);
    throw;
  }
  journal->remove(repository.orch_dir());
  guard::refresh(repository, store);  // its rows are there: nothing is undone
  return planned.agents[0];
}

}  // namespace orch::feature
