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
bool has_unique_commits(const Repository& repository, const store::Agent& agent,
                        bool has_branch) {
  std::vector<std::string> args = {"rev-list", "--count", "--max-count=1"};
  if (has_branch) args.push_back(std::string(git::kHeads) + agent.branch);
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

// What would be lost with the directory: a nested repository, of which no
// snapshot is made, too. When in doubt: yes.
bool has_work(const Repository& repository, const std::string& worktree) {
  try {
    return !git::dirty_paths(repository, worktree).empty() ||
           agent::has_open_work(repository, worktree) ||
           has_ignored_files(repository, worktree);
  } catch (const Error&) {
    return true;
  }
}

bool has_branch(const Repository& repository, const store::Agent& agent) {
  if (agent.branch.empty()) return false;
  const std::string name = std::string(git::kHeads) + agent.branch;
  const auto refs = git::list_refs(repository, {name});
  return std::any_of(refs.begin(), refs.end(),
                     [&](const git::Ref& r) { return r.name == name; });
}

// Also one whose directory is gone: git keeps its branch for it until then.
bool has_worktree(const Repository& repository, const store::Agent& agent) {
  if (agent.worktree.empty()) return false;
  if (file::is_directory(agent.worktree)) return true;
  const auto all = git::list_worktrees(repository);
  return std::any_of(all.begin(), all.end(), [&](const git::Worktree& w) {
    return w.path == agent.worktree;
  });
}

void keep_branch(const store::Agent& agent, const char* command, Removed& out) {
  out.kept.push_back(
      {agent.branch, command + text::readable_word(agent.branch)});
}

// As one command, since the branch alone cannot go before its worktree.
void keep_work(const store::Agent& agent, bool has_tree, bool has_ref,
               Removed& out) {
  out.left_work = true;
  std::string remove;
  if (has_tree)
    remove = "git worktree remove --force " + text::shell_word(agent.worktree);
  if (has_ref)
    remove += (has_tree ? " && git branch -D " : "git branch -D ") +
              text::readable_word(agent.branch);
  out.kept.push_back({has_tree ? agent.worktree : agent.branch, remove});
}

// git takes it for checked out, in the original's worktree.
bool keep_copied_branch(const Repository& repository, const store::Agent& agent,
                        Removed& out) {
  if (agent::home_elsewhere(repository, agent).empty()) return false;
  if (has_branch(repository, agent))
    out.kept.push_back(
        {agent.branch,
         "git update-ref -d " +
             text::readable_word(std::string(git::kHeads) + agent.branch)});
  return true;
}

}  // namespace

void keep_agent(const Repository& repository, const store::Agent& agent,
                Removed& out) {
  if (keep_copied_branch(repository, agent, out)) return;
  if (has_worktree(repository, agent))
    out.kept.push_back({agent.worktree, "git worktree remove " +
                                            text::shell_word(agent.worktree)});
  if (has_branch(repository, agent)) keep_branch(agent, "git branch -d ", out);
}

void purge_agent(const Repository& repository, const store::Agent& agent,
                 Removed& out) {
  if (keep_copied_branch(repository, agent, out)) {
    out.left_work = true;
    return;
  }
  const bool has_tree = has_worktree(repository, agent);
  const bool has_ref = has_branch(repository, agent);
  if (!has_tree && !has_ref) return;
  if ((file::is_directory(agent.worktree) &&
       has_work(repository, agent.worktree)) ||
      has_unique_commits(repository, agent, has_ref))
    return keep_work(agent, has_tree, has_ref, out);
  if (has_tree) {
    if (!git::run(repository, {.args = {"worktree", "remove", agent.worktree}})
             .ok())
      return keep_work(agent, has_tree, has_ref, out);
    out.removed.push_back(agent.worktree);
  }
  if (!has_ref) return;
  if (git::run(repository, {.args = {"branch", "-D", "--", agent.branch}}).ok())
    out.removed.push_back(agent.branch);
  else
    keep_branch(agent, "git branch -D ", out);
}

}  // namespace orch::setup
