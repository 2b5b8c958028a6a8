// SPDX-License-Identifier: MIT
#include <map>
#include <set>

#include "agent/agent.h"
#include "file/file.h"
#include "git/merge.h"
#include "sync/sync.h"
#include "sync/upstream.h"
#include "text/text.h"

namespace orch::sync {
namespace {

// Which agents' merges are to be asked about: both sides have something.
void ask_git(const Repository& repository, std::vector<Standing>& all) {
  std::vector<git::Pair> pairs;
  std::vector<Standing*> asked;
  for (Standing& s : all)
    if (s.ahead > 0 && s.behind > 0) {
      pairs.emplace_back(s.tip, s.upstream_tip);
      asked.push_back(&s);
    }
  if (pairs.empty()) return;
  const git::Quarantine quarantine(repository);
  const auto merges = git::merge_all(repository, quarantine, pairs);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (merges[i].verdict == git::Verdict::Conflict)
      asked[i]->conflicts = merges[i].paths;
    if (merges[i].verdict == git::Verdict::Unknown)
      asked[i]->reason = merges[i].reason;
  }
}

std::string state_of(const Standing& s) {
  if (!s.reason.empty()) return "unknown";
  if (!s.conflicts.empty()) return "conflict";
  if (!s.uncommitted.empty()) return "uncommitted";
  return s.behind > 0 ? "behind" : "synced";
}

}  // namespace

std::string upstream_of(const store::Feature& feature,
                        const store::Agent& agent) {
  return agent.branch == feature.integration_branch
             ? feature.base
             : std::string(git::kHeads) + feature.integration_branch;
}

std::map<std::string, std::string> tips_of(
    const Repository& repository, const std::vector<std::string>& names) {
  std::map<std::string, std::string> out;
  std::vector<std::string> refs;
  for (const std::string& name : std::set(names.begin(), names.end()))
    if (name.starts_with("refs/"))
      refs.push_back(name);
    else if (const auto id = git::find_commit(repository, name))
      out[name] = *id;
  if (refs.empty()) return out;
  for (git::Ref& r : git::list_refs(repository, refs))
    out[r.name] = std::move(r.id);
  return out;
}

std::vector<store::Agent> agents_with_branches(store::Store& store) {
  std::vector<store::Agent> out;
  for (const store::Feature& f : store::list_features(store, "in-progress"))
    for (store::Agent& a : store::list_agents(store, f.id))
      if (!a.branch.empty()) out.push_back(std::move(a));
  return out;
}

std::vector<Standing> look(const Repository& repository, store::Store& store,
                           const std::vector<store::Agent>& agents) {
  std::vector<Standing> out;
  std::vector<std::string> names;
  for (const store::Agent& a : agents) {
    Standing s;
    s.agent = agent::observed(a);
    if (const auto f = store::find_feature(store, a.feature_id.value_or(0)))
      s.upstream = upstream_of(*f, a);
    s.last = store::find_sync(store, a.id);
    names.insert(names.end(),
                 {std::string(git::kHeads) + a.branch, s.upstream});
    out.push_back(std::move(s));
  }
  auto tips = tips_of(repository, names);
  std::vector<std::string> ids;
  for (Standing& s : out) {
    s.tip = tips[std::string(git::kHeads) + s.agent.branch];
    s.upstream_tip = tips[s.upstream];
    ids.push_back(s.tip);
    if (s.tip.empty())
      s.reason = "its branch is gone";
    else if (s.upstream_tip.empty())
      s.reason =
          "'" + text::printable(git::short_branch(s.upstream)) + "' is gone";
    if (!s.reason.empty()) continue;
    const auto d = git::divergence(repository, s.tip, s.upstream_tip);
    s.ahead = d.ahead;
    s.behind = d.behind;
    if (file::is_directory(s.agent.worktree) &&
        repository::find(s.agent.worktree))
      s.uncommitted = git::dirty_paths(repository, s.agent.worktree);
  }
  std::erase(ids, "");
  auto commits = git::read_commits(repository, ids);
  ask_git(repository, out);
  for (Standing& s : out) {
    if (commits.contains(s.tip)) s.last_commit = commits[s.tip];
    s.state = state_of(s);
  }
  return out;
}

}  // namespace orch::sync
