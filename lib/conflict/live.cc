// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <map>

#include "conflict/conflict.h"
#include "error/error.h"
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

// orch.maxUntracked: for each file; all of them together may have 64 times
// that.
git::UntrackedLimit limit_of(const Repository& repository) {
  git::UntrackedLimit limit;
  const auto value = git::run(
      repository,
      {.args = {"config", "--type=int", "--get", "orch.maxUntracked"}});
  if (value.status == 1) return limit;  // not set
  const std::int64_t each =
      value.ok() ? std::strtoll(value.output.c_str(), nullptr, 10) : -1;
  if (each < 0)
    throw Error(ErrorCode::Usage,
                "bad value for orch.maxUntracked: " + git::message_of(value),
                "git config orch.maxUntracked 1m");
  limit.each = static_cast<std::uint64_t>(each);
  limit.all = 64 * limit.each;
  return limit;
}

// Sides as what their worktrees hold, when that differs from their tips.
class OpenWork {
 public:
  OpenWork(const Repository& repository, const git::Quarantine& quarantine,
           Work work)
      : repository_(repository),
        quarantine_(quarantine),
        wanted_(work == Work::Uncommitted) {
    if (wanted_) limit_ = limit_of(repository);
  }

  void add(const std::string& worktree, Side* side) const {
    if (!wanted_ || !file::is_directory(worktree)) return;
    auto open =
        git::worktree_commit(repository_, quarantine_, worktree, limit_);
    side->left_out = std::move(open.left_out);
    if (open.commit.empty() || open.commit == side->commit) return;
    side->commit = open.commit;
    side->uncommitted = true;
  }

 private:
  const Repository& repository_;
  const git::Quarantine& quarantine_;
  bool wanted_;
  git::UntrackedLimit limit_;
};

}  // namespace

std::vector<Side> live_sides(const Repository& repository, store::Store& store,
                             const git::Quarantine& quarantine, Work work) {
  const auto tips = branch_tips(repository);
  const OpenWork open(repository, quarantine, work);
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
      open.add(agent.worktree, &side);
      sides.push_back(std::move(side));
    }
  }
  return sides;
}

std::vector<Side> all_worktrees(const Repository& repository,
                                const git::Quarantine& quarantine, Work work) {
  const OpenWork open(repository, quarantine, work);
  std::vector<Side> sides;
  for (const git::Worktree& w : git::list_worktrees(repository)) {
    if (w.bare || w.prunable || w.head.empty()) continue;
    Side side{.name = w.branch.empty() ? w.path : git::short_branch(w.branch),
              .branch = w.branch,
              .commit = w.head};
    open.add(w.path, &side);
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
  const OpenWork open(repository, quarantine, work);
  std::vector<Side> sides;
  for (const auto& [name, id] : branch_tips(repository)) {
    Side side{.name = git::short_branch(name), .branch = name, .commit = id};
    if (const auto it = checked_out.find(name); it != checked_out.end())
      open.add(it->second, &side);
    sides.push_back(std::move(side));
  }
  return sides;
}

}  // namespace orch::conflict
