// SPDX-License-Identifier: MIT
#include <map>

#include "config/config.h"
#include "conflict/conflict.h"
#include "file/file.h"
#include "git/git.h"
#include "git/open_work.h"

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

// orch.maxUntracked: for each file; all of them together may have 64 times
// that.
git::OpenWorkLimits limits_of(const Repository& repository) {
  const auto config = config::Config::load(repository);
  git::OpenWorkLimits limits{
      .settings = config.values_below({"core.", "filter.", "extensions."})};
  if (const auto each = config.find_size("orch.maxUntracked")) {
    limits.each = *each;
    limits.all = 64 * *each;
  }
  return limits;
}

// Gives the sides that stand in a worktree what it holds, where that differs
// from their tips; `worktrees` in the order of `sides`, empty for none.
void add_open_work(const Repository& repository,
                   const git::Quarantine& quarantine,
                   const std::vector<std::string>& worktrees,
                   std::vector<Side>* sides) {
  std::vector<std::string> there;
  std::vector<Side*> standing;
  for (std::size_t i = 0; i < sides->size(); ++i) {
    if (!file::is_directory(worktrees[i])) continue;
    there.push_back(worktrees[i]);
    standing.push_back(&(*sides)[i]);
  }
  if (there.empty()) return;
  auto works =
      git::read_open_work(repository, quarantine, there, limits_of(repository));
  for (std::size_t i = 0; i < there.size(); ++i) {
    Side& side = *standing[i];
    side.left_out = std::move(works[i].left_out);
    side.unreadable = std::move(works[i].reason);
    if (works[i].commit.empty() || works[i].commit == side.commit) continue;
    side.commit = works[i].commit;
    side.uncommitted = true;
  }
}

}  // namespace

std::vector<Side> live_sides(const Repository& repository, store::Store& store,
                             const git::Quarantine& quarantine, Work work) {
  const auto tips = branch_tips(repository);
  std::vector<Side> sides;
  std::vector<std::string> worktrees;
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
      sides.push_back(std::move(side));
      worktrees.push_back(agent.worktree);
    }
  }
  if (work == Work::Uncommitted)
    add_open_work(repository, quarantine, worktrees, &sides);
  return sides;
}

std::vector<Side> all_worktrees(const Repository& repository,
                                const git::Quarantine& quarantine, Work work) {
  std::vector<Side> sides;
  std::vector<std::string> worktrees;
  for (const git::Worktree& w : git::list_worktrees(repository)) {
    if (w.bare || w.prunable || w.head.empty()) continue;
    Side side{.name = w.branch.empty() ? w.path : git::short_branch(w.branch),
              .branch = w.branch,
              .commit = w.head};
    sides.push_back(std::move(side));
    worktrees.push_back(w.path);
  }
  if (work == Work::Uncommitted)
    add_open_work(repository, quarantine, worktrees, &sides);
  return sides;
}

std::vector<Side> all_branches(const Repository& repository,
                               const git::Quarantine& quarantine, Work work) {
  std::map<std::string, std::string> checked_out;
  if (work == Work::Uncommitted)
    for (const git::Worktree& w : git::list_worktrees(repository))
      if (!w.branch.empty() && !w.prunable) checked_out[w.branch] = w.path;
  std::vector<Side> sides;
  std::vector<std::string> worktrees;
  for (const auto& [name, id] : branch_tips(repository)) {
    Side side{.name = git::short_branch(name), .branch = name, .commit = id};
    sides.push_back(std::move(side));
    worktrees.push_back(checked_out[name]);
  }
  if (work == Work::Uncommitted)
    add_open_work(repository, quarantine, worktrees, &sides);
  return sides;
}

}  // namespace orch::conflict
