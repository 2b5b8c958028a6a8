// SPDX-License-Identifier: MIT
#include <map>

#include "conflict/conflict.h"
#include "file/file.h"
#include "git/git.h"

namespace orch::conflict {
namespace {

std::map<std::string, std::string> branch_tips(const Repository& repository) {
  std::map<std::string, std::string> tips;
  for (const git::Ref& ref : git::list_refs(repository, {"refs/heads/"}))
    tips[ref.name] = ref.id;
  return tips;
}

std::string tip_of(const std::map<std::string, std::string>& tips,
                   const std::string& ref) {
  const auto it = tips.find(ref);
  return it == tips.end() ? "" : it->second;
}

std::string full_branch(const std::string& short_name) {
  return std::string(git::kHeads) + short_name;
}

// The base is a branch, or the commit that it was when HEAD was detached.
std::string base_commit(const std::map<std::string, std::string>& tips,
                        const store::Feature& feature) {
  if (!feature.base.starts_with("refs/")) return feature.base;
  return tip_of(tips, feature.base);
}

// The side as what its worktree holds, when that differs from its tip.
void add_open_work(const Repository& repository,
                   const git::Quarantine& quarantine,
                   const std::string& worktree, Side* side) {
  const std::string open =
      git::worktree_commit(repository, quarantine, worktree);
  if (open.empty() || open == side->commit) return;
  side->commit = open;
  side->uncommitted = true;
}

}  // namespace

std::vector<Side> live_sides(const Repository& repository, store::Store& store,
                             const git::Quarantine& quarantine, Work work) {
  const auto tips = branch_tips(repository);
  std::vector<Side> sides;
  for (const store::Feature& feature :
       store::list_features(store, "in-progress")) {
    const std::string integration =
        tip_of(tips, full_branch(feature.integration_branch));
    for (const store::Agent& agent : store::list_agents(store, feature.id)) {
      if (agent.kind == "overseer") continue;
      Side side{.name = agent.address,
                .branch = full_branch(agent.branch),
                .base = base_commit(tips, feature),
                .integration = integration,
                .feature_id = feature.id};
      side.commit = tip_of(tips, side.branch);
      if (side.commit.empty()) continue;
      if (work == Work::Uncommitted && file::is_directory(agent.worktree))
        add_open_work(repository, quarantine, agent.worktree, &side);
      sides.push_back(std::move(side));
    }
  }
  return sides;
}

std::vector<Side> all_worktrees(const Repository& repository,
                                const git::Quarantine& quarantine, Work work) {
  std::vector<Side> sides;
  for (const git::Worktree& w : git::list_worktrees(repository)) {
    if (w.bare || w.prunable || w.head.empty()) continue;
    Side side{.name = w.branch.empty() ? w.path : git::short_branch(w.branch),
              .branch = w.branch,
              .commit = w.head};
    if (work == Work::Uncommitted)
      add_open_work(repository, quarantine, w.path, &side);
    sides.push_back(std::move(side));
  }
  return sides;
}

std::vector<Side> all_branches(const Repository& repository,
                               const git::Quarantine& quarantine, Work work) {
  std::map<std::string, std::string> checked_out;
  if (work == Work::Uncommitted)
    for (const git::Worktree& w : git::list_worktrees(repository))
      if (!w.branch.empty() && !w.prunable) checked_out[w.branch] = w.path;
  std::vector<Side> sides;
  for (const auto& [name, id] : branch_tips(repository)) {
    Side side{.name = git::short_branch(name), .branch = name, .commit = id};
    if (const auto it = checked_out.find(name); it != checked_out.end())
      add_open_work(repository, quarantine, it->second, &side);
    sides.push_back(std::move(side));
  }
  return sides;
}

}  // namespace orch::conflict
