// SPDX-License-Identifier: MIT
#include "resume/moved.h"

#include <set>

#include "clock/clock.h"
#include "file/file.h"
#include "git/git.h"
#include "git/state.h"
#include "resume/resume.h"
#include "store/agent_state.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::resume {
namespace {

// The agent whose worktree `directory` was made as; empty: none of ours.
std::string owner_of(const Repository& repository,
                     const std::string& directory) {
  const std::string git_file = file::join(directory, ".git");
  if (!file::regular_size(git_file)) return "";
  const std::string text = file::find_contents(git_file).value_or("");
  constexpr std::string_view kGitDir = "gitdir: ";
  if (!text.starts_with(kGitDir)) return "";
  const std::string git_dir(text::trim(text.substr(kGitDir.size())));
  if (file::parent_of(file::resolve(git_dir)) !=
      file::resolve(repository.common_dir) + "/worktrees")
    return "";
  return repository::agent_of({git_dir, repository.common_dir, directory})
      .value_or("");
}

// The last line of a reflog, as "branch: renamed refs/heads/a to refs/heads/b".
std::string last_line(const std::string& path) {
  const auto bytes = file::find_contents(path);
  if (!bytes) return "";
  const auto lines = text::split(*bytes, '\n');
  for (auto it = lines.rbegin(); it != lines.rend(); ++it)
    if (!it->empty()) return *it;
  return "";
}

// The branch of an agent was renamed: `git branch -m` has written so into the
// log of the new one, on which the worktree stands.
bool was_renamed(const Repository& repository, const store::Agent& agent,
                 const std::string& to) {
  const std::string from = std::string(git::kHeads) + agent.branch;
  return last_line(repository.common_dir + "/logs/" + to)
      .ends_with("renamed " + from + " to " + to);
}

}  // namespace

std::map<std::string, std::string> find_moved(const Repository& repository,
                                              store::Store& store) {
  std::map<std::string, std::string> out;
  std::set<std::string> places;
  for (const store::Agent& a : store::list_agents(store))
    if (a.feature_id && !a.worktree.empty() && !file::is_directory(a.worktree))
      for (const std::string& up :
           {file::parent_of(a.worktree),
            file::parent_of(file::parent_of(a.worktree))})
        places.insert(up);
  if (places.empty()) return out;
  const auto look_at = [&](const std::string& directory) {
    const std::string owner = owner_of(repository, directory);
    if (owner.empty()) return;
    const auto agent = store::find_agent(store, owner);
    if (agent && !file::is_directory(agent->worktree)) out[owner] = directory;
  };
  if (!repository.worktree.empty()) look_at(repository.worktree);
  for (const std::string& place : places)
    for (const std::string& name : file::names_in(place))
      look_at(file::join(place, name));
  return out;
}

int follow(const Repository& repository, store::Store& store) {
  std::vector<store::Agent> changed;
  for (const auto& [address, worktree, git_dir] :
       repository::agent_worktrees(repository)) {
    auto agent = store::find_agent(store, address);
    if (!agent) continue;
    bool differs = agent->worktree != worktree;
    agent->worktree = worktree;
    const std::string on =
        git::branch_in({git_dir, repository.common_dir, worktree});
    if (on.starts_with(git::kHeads) && !agent->branch.empty() &&
        on != std::string(git::kHeads) + agent->branch &&
        was_renamed(repository, *agent, on)) {
      agent->branch = git::short_branch(on);
      differs = true;
    }
    if (differs) changed.push_back(*std::move(agent));
  }
  if (changed.empty()) return 0;
  store::Transaction transaction(store);
  for (const store::Agent& agent : changed) {
    const auto before = store::find_agent(store, agent.id);
    if (before && before->branch != agent.branch)
      store::insert_agent_event(store, agent, "branch_renamed",
                                before->branch + " is now " + agent.branch,
                                clock::now());
    store::update_agent(store, agent);
  }
  transaction.commit();
  return static_cast<int>(changed.size());
}

}  // namespace orch::resume
