// SPDX-License-Identifier: MIT
#include "setup/worktrees.h"

#include <algorithm>

#include "agent/elsewhere.h"
#include "agent/open_work.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "text/text.h"
#include "text/words.h"

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

// Whether this ignored file is one that a worktree is furnished with: a link,
// or the same bytes as in the main worktree.
bool is_furnished(const std::string& main, const std::string& worktree,
                  const std::string& path) {
  const std::string here = file::join(worktree, path);
  if (file::link_target(here)) return true;
  const auto size = file::regular_size(here);
  const std::string there = file::join(main, path);
  return size && !main.empty() && file::regular_size(there) == size &&
         file::find_contents(there) == file::find_contents(here);
}

bool has_ignored_files(const Repository& repository,
                       const std::string& worktree) {
  const git::Worktree main = git::list_worktrees(repository).front();
  const auto paths = text::split(
      git::require(repository, {.args = {"ls-files", "--others", "--ignored",
                                         "--exclude-standard", "-z"},
                                .worktree = worktree}),
      '\0');
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return !path.empty() &&
           !is_furnished(main.bare ? "" : main.path, worktree, path);
  });
}

// What would be lost with the directory. When in doubt: yes.
bool has_work(const Repository& repository, const std::string& worktree) {
  try {
    return !git::dirty_paths(repository, worktree).empty() ||
           agent::has_open_work(repository, worktree) ||
           has_ignored_files(repository, worktree);
  } catch (const Error&) {
    return true;
  }
}

// git takes it for checked out, in the original's worktree.
void keep_copied_branch(const store::Agent& agent, Removed& out) {
  const std::string ref = std::string(git::kHeads) + agent.branch;
  out.kept.push_back(
      {agent.branch, "git update-ref -d " + text::readable_word(ref)});
}

}  // namespace

void keep_agent(const Repository& repository, const store::Agent& agent,
                Removed& out) {
  if (!agent::home_elsewhere(repository, agent).empty())
    return keep_copied_branch(agent, out);
  if (file::is_directory(agent.worktree))
    out.kept.push_back({agent.worktree, "git worktree remove " +
                                            text::shell_word(agent.worktree)});
  out.kept.push_back(
      {agent.branch, "git branch -d " + text::readable_word(agent.branch)});
}

void purge_agent(const Repository& repository, const store::Agent& agent,
                 Removed& out) {
  if (!agent::home_elsewhere(repository, agent).empty()) {
    out.left_work = true;
    return keep_copied_branch(agent, out);
  }
  const bool has_tree = file::is_directory(agent.worktree);
  if ((has_tree && has_work(repository, agent.worktree)) ||
      has_unique_commits(repository, agent)) {
    out.left_work = true;
    out.kept.push_back(
        {has_tree ? agent.worktree : agent.branch,
         "git worktree remove --force " + text::shell_word(agent.worktree) +
             " && git branch -D " + text::readable_word(agent.branch)});
    return;
  }
  if (has_tree) {
    if (git::run(repository, {.args = {"worktree", "remove", agent.worktree}})
            .ok())
      out.removed.push_back(agent.worktree);
    else
      keep_agent(repository, agent, out);
    if (file::is_directory(agent.worktree)) {
      out.left_work = true;
      return;
    }
  }
  if (git::run(repository, {.args = {"branch", "-D", "--", agent.branch}}).ok())
    out.removed.push_back(agent.branch);
  else
    out.kept.push_back(
        {agent.branch, "git branch -D " + text::readable_word(agent.branch)});
}

}  // namespace orch::setup
