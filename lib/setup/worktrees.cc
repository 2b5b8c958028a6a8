// SPDX-License-Identifier: MIT
#include "setup/worktrees.h"

#include "file/file.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::setup {
namespace {

// Whether its branch, or its worktree's HEAD, holds a commit that no other ref
// holds. When in doubt: yes.
bool has_unique_commits(const Repository& repository,
                        const store::Agent& agent) {
  const std::string ref = std::string(git::kHeads) + agent.branch;
  std::vector<std::string> args = {"rev-list", "--count", "--max-count=1", ref};
  if (const auto made = repository::find(agent.worktree))
    if (const auto head = git::find_commit(*made, "HEAD"))
      args.push_back(*head);
  args.insert(args.end(), {"--not", "--exclude=" + agent.branch, "--branches",
                           "--remotes", "--tags", "--"});
  const auto unique = git::run(repository, {.args = args});
  return !unique.ok() || text::trim(unique.output) != "0";
}

}  // namespace

void keep_agent(const store::Agent& agent, Removed& out) {
  if (file::is_directory(agent.worktree))
    out.kept.push_back(
        {agent.worktree, "git worktree remove '" + agent.worktree + "'"});
  out.kept.push_back({agent.branch, "git branch -d " + agent.branch});
}

void purge_agent(const Repository& repository, const store::Agent& agent,
                 Removed& out) {
  const bool has_tree = file::is_directory(agent.worktree);
  const bool dirty =
      has_tree && !git::dirty_paths(repository, agent.worktree).empty();
  if (dirty || has_unique_commits(repository, agent)) {
    out.left_work = true;
    out.kept.push_back({has_tree ? agent.worktree : agent.branch,
                        "git worktree remove --force '" + agent.worktree +
                            "' && git branch -D " + agent.branch});
    return;
  }
  if (has_tree) {
    if (git::run(repository, {.args = {"worktree", "remove", agent.worktree}})
            .ok())
      out.removed.push_back(agent.worktree);
    else
      keep_agent(agent, out);
    if (file::is_directory(agent.worktree)) {
      out.left_work = true;
      return;
    }
  }
  if (git::run(repository, {.args = {"branch", "-D", "--", agent.branch}}).ok())
    out.removed.push_back(agent.branch);
  else
    out.kept.push_back({agent.branch, "git branch -D " + agent.branch});
}

}  // namespace orch::setup
