// SPDX-License-Identifier: MIT
//
// What git knows: the branches of features, who works where, what was committed
// and which snapshots there are.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "clock/clock.h"
#include "git/git.h"
#include "rebuild/living.h"
#include "rebuild/rebuild.h"
#include "task/task.h"
#include "text/text.h"

namespace orch::rebuild {
namespace {

constexpr char kBranches[] = "refs/heads/feature/";
constexpr char kSnapshots[] = "refs/orch/snapshots/";
constexpr char kOverseer[] = "overseer";
constexpr char kMostCommits[] = "--max-count=20000";

struct Branch {
  std::string ref, tip, spec_id, role;
  std::string address() const { return spec_id + "/" + role; }
};

std::vector<Branch> feature_branches(const Repository& repository) {
  std::vector<Branch> branches;
  for (const git::Ref& ref : git::list_refs(repository, {kBranches})) {
    const auto parts =
        text::split(ref.name.substr(std::string(kBranches).size()), '/');
    if (parts.size() == 2 && text::is_spec_id(parts[0]) && !parts[1].empty())
      branches.push_back({ref.name, ref.id, parts[0], parts[1]});
  }
  // A commit belongs to whoever made it before it was merged.
  std::stable_sort(branches.begin(), branches.end(),
                   [](const Branch& a, const Branch& b) {
                     return (a.role == kOverseer) < (b.role == kOverseer);
                   });
  return branches;
}

// The branch of the main worktree, unless it is a feature's.
std::string likely_base(const Repository& repository,
                        const std::vector<git::Worktree>& worktrees) {
  if (!worktrees.empty() && !worktrees[0].branch.empty() &&
      !worktrees[0].branch.starts_with(kBranches))
    return worktrees[0].branch;
  for (const char* name : {"refs/heads/main", "refs/heads/master"})
    if (git::find_commit(repository, name)) return name;
  return worktrees.empty() ? "" : worktrees[0].head;
}

// The worktree of each agent: by the mark that we wrote into it, else by the
// branch that is checked out.
std::map<std::string, std::string> worktrees_by_agent(
    const std::vector<git::Worktree>& worktrees,
    const std::vector<Branch>& branches) {
  std::map<std::string, std::string> found;
  for (const git::Worktree& w : worktrees)
    for (const Branch& b : branches)
      if (w.branch == b.ref) found.emplace(b.address(), w.path);
  for (const git::Worktree& w : worktrees)
    if (const auto here = repository::find(w.path))
      if (const auto agent = repository::agent_of(*here))
        found[*agent] = w.path;
  return found;
}

// Commits of this branch's own that are in no branch but features', newest
// first.
std::vector<std::string> own_commits(const Repository& repository,
                                     const Branch& branch) {
  const auto outcome =
      git::run(repository,
               {.args = {"rev-list", "--first-parent", kMostCommits, branch.tip,
                         "--not", "--exclude=feature/*", "--branches"}});
  std::vector<std::string> ids;
  if (!outcome.ok()) return ids;
  for (const std::string& id : text::split(outcome.output, '\n'))
    if (!id.empty()) ids.push_back(id);
  return ids;
}

store::Event event_of(const git::Commit& commit, const Branch& branch) {
  store::Event e =
      task::event_of_commit(commit.id, commit.subject, commit.message());
  e.spec_id = branch.spec_id;
  e.role = branch.role;
  e.at = commit.committed_at;
  return e;
}

std::vector<store::Event> commit_events(const Repository& repository,
                                        const std::vector<Branch>& branches) {
  std::map<std::string, const Branch*> owners;
  std::vector<std::string> ids;
  for (const Branch& branch : branches)
    for (const std::string& id : own_commits(repository, branch))
      if (owners.emplace(id, &branch).second) ids.push_back(id);
  // The oldest first where the times are equal, too.
  std::reverse(ids.begin(), ids.end());
  const auto commits = git::read_commits(repository, ids);
  std::vector<store::Event> events;
  for (const std::string& id : ids)
    if (const auto it = commits.find(id); it != commits.end())
      events.push_back(event_of(it->second, *owners.at(id)));
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return events;
}

store::Feature feature_of(const Repository& repository, const Branch& branch,
                          const std::string& base) {
  store::Feature f;
  f.spec_id = f.name = branch.spec_id;
  f.integration_branch = git::short_branch(branch.ref);
  f.base = base;
  f.base_commit = branch.tip;
  f.created_at = clock::now();
  if (base.empty()) return f;
  const auto outcome =
      git::run(repository, {.args = {"merge-base", base, branch.tip}});
  if (outcome.ok()) f.base_commit = text::trim(outcome.output);
  return f;
}

std::vector<store::Snapshot> snapshots(const Repository& repository) {
  std::vector<store::Snapshot> found;
  for (const git::Ref& ref : git::list_refs(repository, {kSnapshots})) {
    const std::string rest = ref.name.substr(std::string(kSnapshots).size());
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string::npos) continue;
    store::Snapshot s;
    s.agent = rest.substr(0, slash);
    s.ref = ref.name;
    s.commit = ref.id;
    s.reason = "not known any more";
    s.taken_at = std::strtoll(rest.c_str() + slash + 1, nullptr, 10);
    found.push_back(s);
  }
  return found;
}

}  // namespace

store::Known known_to_git(const Repository& repository) {
  const auto branches = feature_branches(repository);
  const auto worktrees = git::list_worktrees(repository);
  const std::string base = likely_base(repository, worktrees);
  const auto places = worktrees_by_agent(worktrees, branches);
  store::Known known;
  std::map<std::string, store::Feature> features;
  for (const Branch& branch : branches) {
    // The overseer's branch comes last and is the integration branch.
    features[branch.spec_id] = feature_of(repository, branch, base);
    store::Agent a;
    a.address = branch.address();
    a.role = branch.role;
    a.kind = branch.role == kOverseer ? "overseer" : "implementor";
    a.branch = git::short_branch(branch.ref);
    if (const auto it = places.find(a.address); it != places.end())
      a.worktree = it->second;
    a.created_at = clock::now();
    known.agents.push_back(a);
  }
  complete_from_processes(repository, known.agents);
  for (const auto& [spec_id, feature] : features)
    known.features.push_back(feature);
  known.snapshots = snapshots(repository);
  known.commits = commit_events(repository, branches);
  return known;
}

}  // namespace orch::rebuild
