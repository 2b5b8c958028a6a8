// SPDX-License-Identifier: MIT
#include "feature/feature.h"

#include <algorithm>
#include <optional>

#include "agent/agent.h"
#include "agent/elsewhere.h"
#include "clock/clock.h"
#include "error/error.h"
#include "feature/journal.h"
#include "feature/make.h"
#include "feature/plan.h"
#include "file/file.h"
#include "git/git.h"
#include "git/worktrees_lock.h"
#include "guard/guard.h"

namespace orch::feature {
namespace {

// The rows, which are the last step of a set-up. A journal beside them is one
// that a kill kept from going; agents may have worked since, so nothing may be
// checked out again.
std::optional<Created> find_finished(store::Store* store,
                                     const std::string& spec_id) {
  if (!store) return std::nullopt;
  const auto f = store::find_feature(*store, spec_id);
  if (!f) return std::nullopt;
  return Created{*f, store::list_agents(*store, f->id), true};
}

// Worktrees that were deleted by hand come back from their branches.
void bring_back(const Repository& repository,
                const std::vector<store::Agent>& agents) {
  std::vector<store::Agent> missing;
  for (const store::Agent& a : agents)
    if (!a.worktree.empty() && !file::exists(a.worktree)) missing.push_back(a);
  for (const store::Agent& a : missing) add_worktree(repository, a);
  check_out(repository, missing);
}

// What is there already is not made anew from something else.
void refuse_contradiction(const Repository& repository, const Request& request,
                          const Created& there) {
  if (!request.base.empty()) {
    const Base base = base_of(repository, request.base);
    if (base.ref != there.feature.base)
      throw Error(ErrorCode::Exists,
                  "feature '" + request.spec_id +
                      "' is set up already, from '" +
                      git::short_branch(there.feature.base) + "' and not '" +
                      request.base + "'",
                  "git orch init-feature " + request.spec_id);
  }
  for (const std::string& role : request.roles)
    if (std::none_of(there.agents.begin(), there.agents.end(),
                     [&](const store::Agent& a) { return a.role == role; }))
      throw Error(ErrorCode::Exists,
                  "feature '" + request.spec_id +
                      "' is set up already, without the role '" + role + "'",
                  "git orch agent start --role " + role);
}

// Agents of a set-up without worktrees get theirs. Branches that are checked
// out elsewhere are somebody's, and stay so. Returns which agents have changed.
std::vector<store::Agent> plan_worktrees(const Repository& repository,
                                         Created& there) {
  std::vector<store::Agent> out;
  if (there.feature.status != "in-progress") return out;
  std::vector<git::Worktree> worktrees;
  for (store::Agent& a : there.agents) {
    if (!a.worktree.empty() || a.branch.empty()) continue;
    if (worktrees.empty()) worktrees = git::list_worktrees(repository);
    const std::string ref = std::string(git::kHeads) + a.branch;
    if (std::any_of(worktrees.begin(), worktrees.end(),
                    [&](const git::Worktree& w) { return w.branch == ref; }))
      continue;
    a.worktree = worktree_root(repository) + "/" + a.address;
    if (file::exists(a.worktree) && !file::is_empty_directory(a.worktree))
      throw Error(ErrorCode::Exists,
                  "worktree path '" + a.worktree + "' already exists",
                  "move it away, or git config orch.worktreeRoot <directory>");
    out.push_back(a);
  }
  return out;
}

// The rows first: what a kill leaves out is then brought back as missing.
void complete_worktrees(const Repository& repository, store::Store& store,
                        Created& there) {
  const auto fresh = plan_worktrees(repository, there);
  if (fresh.empty()) return;
  {
    store::Transaction transaction(store);
    for (const store::Agent& a : fresh) store::update_agent(store, a);
    transaction.commit();
  }
  for (const store::Agent& a : fresh) add_worktree(repository, a);
  check_out(repository, fresh);
}

// The branches that were named, or all below feature/<spec-id>/, by role.
std::vector<std::pair<std::string, std::string>> branches_to_adopt(
    const Repository& repository, const Adoption& adoption) {
  auto branches = adoption.branches;
  const std::string prefix = branch_of(adoption.spec_id, "");
  if (branches.empty())
    for (const git::Ref& r :
         git::list_refs(repository, {std::string(git::kHeads) + prefix})) {
      const std::string branch = git::short_branch(r.name);
      branches.emplace_back(branch.substr(prefix.size()), branch);
    }
  if (branches.empty())
    throw Error(ErrorCode::UnknownName,
                "there is no branch below '" + prefix + "'",
                "git orch init-feature " + adoption.spec_id +
                    ", or name branches with --branch <role>=<branch>");
  for (const auto& [role, branch] : branches)
    if (!git::find_commit(repository, std::string(git::kHeads) + branch))
      throw Error(ErrorCode::UnknownName, "there is no branch '" + branch + "'",
                  "git branch");
  return branches;
}

}  // namespace

Created plan(const Repository& repository, store::Store* store,
             const Request& request) {
  const auto look = [&]() -> Created {
    if (auto finished = find_finished(store, request.spec_id)) {
      refuse_contradiction(repository, request, *finished);
      if (request.worktrees) plan_worktrees(repository, *finished);
      return *std::move(finished);
    }
    const auto roles = load_roles(repository, request);
    const auto journal = Journal::find(repository.orch_dir(), request.spec_id);
    return plan_with(repository, request, roles, journal ? &*journal : nullptr);
  };
  try {
    return look();
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Exists || !store) throw;
  }
  // What is in the way may come from another set-up of the same feature, which
  // has its rows when it gives up the lock.
  const git::WorktreesLock lock(repository);
  return look();
}

Created create(const Repository& repository, store::Store& store,
               const Request& request, const Progress& progress) {
  const git::WorktreesLock lock(repository);
  if (auto finished = find_finished(&store, request.spec_id)) {
    refuse_contradiction(repository, request, *finished);
    Journal{.spec_id = request.spec_id}.remove(repository.orch_dir());
    bring_back(repository, finished->agents);
    if (request.worktrees) complete_worktrees(repository, store, *finished);
    guard::refresh(repository, store);
    return *std::move(finished);
  }

  const auto roles = load_roles(repository, request);
  auto journal = Journal::find(repository.orch_dir(), request.spec_id);
  Created planned =
      plan_with(repository, request, roles, journal ? &*journal : nullptr);
  if (!journal) {
    journal.emplace();
    journal->spec_id = request.spec_id;
    journal->base = planned.feature.base;
    journal->base_commit = planned.feature.base_commit;
    for (const store::Agent& a : planned.agents)
      journal->parts.emplace_back(a.branch, a.worktree);
    journal->write(repository.orch_dir());
  }
  try {
    create_branches(repository, planned);
    if (request.worktrees) {
      for (const store::Agent& a : planned.agents) {
        progress("worktree " + a.worktree);
        add_worktree(repository, a);
      }
      progress("checking out");
      check_out(repository, planned.agents);
    }
    insert_rows(store, planned, roles, request.plan ? &*request.plan : nullptr);
  } catch (const Error&) {
    try {
      undo(repository, *journal);
    } catch (const Error&) {
      // The first failure is the one to report; the journal is still there.
    }
    throw;
  }
  journal->remove(repository.orch_dir());
  // With its rows the feature is there, and nothing is taken away any more: a
  // second run, or a tick, does what fails here.
  guard::refresh(repository, store);
  return planned;
}

Created adopt(const Repository& repository, store::Store& store,
              const Adoption& adoption) {
  refuse_bad_spec_id(adoption.spec_id);
  refuse_submodule(repository);
  const git::WorktreesLock lock(repository);
  if (store::find_feature(store, adoption.spec_id))
    throw Error(ErrorCode::Exists,
                "feature '" + adoption.spec_id + "' is registered already",
                "git orch status " + adoption.spec_id);
  const auto branches = branches_to_adopt(repository, adoption);
  Request request{.spec_id = adoption.spec_id, .team = "the branches"};
  for (const auto& [role, branch] : branches) request.roles.push_back(role);
  const auto roles = load_roles(
      repository, request, "name its branch, too: --branch overseer=<branch>");
  const Base base = base_of(repository, adoption.base);

  Created out;
  out.feature.spec_id = adoption.spec_id;
  out.feature.name = adoption.name.empty() ? adoption.spec_id : adoption.name;
  out.feature.base = base.ref;
  out.feature.base_commit = base.commit;
  const std::string overseer =
      role::require_overseer(roles, "the list of roles").name;
  const auto worktrees = git::list_worktrees(repository);
  std::vector<store::Agent> fresh;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const std::string& branch = branches[i].second;
    if (const auto owner = store::find_agent_on(store, branch))
      throw Error(
          ErrorCode::DuplicateAgent,
          "branch '" + branch + "' belongs to agent '" + owner->address + "'");
    store::Agent a;
    a.address = adoption.spec_id + "/" + roles[i].name;
    a.role = roles[i].name;
    a.kind = roles[i].kind;
    a.branch = branch;
    if (roles[i].name == overseer) out.feature.integration_branch = branch;
    a.worktree = worktree_root(repository) + "/" + a.address;
    bool present = false;
    for (const git::Worktree& w : worktrees) {
      if (w.branch != std::string(git::kHeads) + branch) continue;
      // The main worktree is the person's; an agent never shares it.
      if (&w == worktrees.data())
        throw Error(ErrorCode::Exists,
                    "branch '" + branch + "' is checked out in '" + w.path +
                        "', which is your own",
                    "switch that worktree to another branch first");
      a.worktree = w.path;
      present = true;
    }
    if (!present && file::exists(a.worktree) &&
        !file::is_empty_directory(a.worktree))
      throw Error(ErrorCode::Exists,
                  "worktree path '" + a.worktree + "' already exists",
                  "move it away");
    if (!present) fresh.push_back(a);
    out.agents.push_back(std::move(a));
  }
  for (const store::Agent& a : out.agents) add_worktree(repository, a);
  check_out(repository, fresh);
  insert_rows(store, out, roles, nullptr);
  guard::refresh(repository, store);
  return out;
}

namespace {

// The whole directory goes into the trash, with what no snapshot holds: ignored
// files. Where it cannot (another file system), it is removed as before.
void put_aside(const Repository& repository, const store::Agent& agent) {
  if (!file::is_directory(agent.worktree)) return;
  const std::string trash = repository.orch_dir() + "/trash";
  std::string name = agent.address + "." + std::to_string(clock::now());
  std::replace(name.begin(), name.end(), '/', '-');
  file::make_private_directories(trash);
  const std::string place = file::join(trash, name);
  try {
    file::rename(agent.worktree, place);
  } catch (const Error&) {
    return;
  }
  // No worktree of anybody's from here on.
  file::remove(place + "/.git");
  git::run(repository,
           {.args = {"worktree", "remove", "--force", agent.worktree}});
}

}  // namespace

bool put_worktree_aside(const Repository& repository, store::Store& store,
                        const store::Agent& agent, const std::string& reason) {
  if (agent.worktree.empty() || !file::is_directory(agent.worktree))
    return false;
  agent::require_ours(repository, agent);
  const git::WorktreesLock lock(repository);
  agent::snapshot(repository, store, agent, reason);
  put_aside(repository, agent);
  return true;
}

std::vector<std::string> retire(const Repository& repository,
                                store::Store& store,
                                const store::Feature& feature) {
  const git::WorktreesLock lock(repository);
  const auto agents = store::list_agents(store, feature.id);
  std::vector<std::string> at_work;
  for (const store::Agent& a : agents) {
    const auto tip =
        git::find_commit(repository, std::string(git::kHeads) + a.branch);
    const bool committed = tip && *tip != feature.base_commit;
    if (committed || !agent::left_out(a).empty()) at_work.push_back(a.address);
  }
  if (!at_work.empty()) return at_work;
  Journal journal{.spec_id = feature.spec_id,
                  .base = feature.base,
                  .base_commit = feature.base_commit,
                  .parts = {}};
  for (const store::Agent& a : agents) {
    if (file::is_directory(a.worktree))
      agent::snapshot(repository, store, a, "launch undone");
    journal.parts.emplace_back(a.branch, a.worktree);
  }
  // From here on the journal says that the rest is ours to take away.
  journal.write(repository.orch_dir());
  for (const store::Agent& a : agents) put_aside(repository, a);
  {
    store::Transaction transaction(store);
    store::retire_feature(store, feature, clock::now());
    transaction.commit();
  }
  undo(repository, journal);
  return {};
}

}  // namespace orch::feature
