// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "clock/clock.h"
#include "git/git.h"
#include "progress/progress.h"
#include "progress/rewrites.h"
#include "store/events.h"
#include "text/text.h"
#include "trailer/trailer.h"

namespace orch::progress {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& output) {
  return text::split_list(output, '\n');
}

std::string joined(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

struct Branch {
  store::Agent agent;
  std::string tip;
};

// What git says of the feature, read before any row is written.
struct Seen {
  std::vector<Branch> branches;  // implementors first: whose work it is
  Lines excluded;                // "^<id>": where the feature began
  Lines commits;                 // of the feature, oldest first
  std::map<std::string, git::Commit> messages;
};

Seen see(const Repository& repository, store::Store& store,
         const store::Feature& feature) {
  Seen seen;
  auto agents = store::list_agents(store, feature.id);
  std::stable_partition(agents.begin(), agents.end(),
                        [](const auto& a) { return a.kind != "overseer"; });
  Lines names;
  for (const store::Agent& a : agents)
    names.push_back("refs/heads/" + a.branch);
  if (feature.base.starts_with("refs/")) names.push_back(feature.base);
  std::map<std::string, std::string> tips;
  for (const git::Ref& ref : git::list_refs(repository, names))
    tips[ref.name] = ref.id;
  seen.excluded.push_back("^" + feature.base_commit);
  if (const auto base = tips.find(feature.base); base != tips.end())
    seen.excluded.push_back("^" + base->second);
  Lines input = seen.excluded;
  for (const store::Agent& a : agents)
    if (const auto tip = tips.find("refs/heads/" + a.branch);
        tip != tips.end()) {
      seen.branches.push_back({a, tip->second});
      input.push_back(tip->second);
    }
  if (seen.branches.empty()) return seen;
  seen.commits = lines_of(git::require(
      repository, {.args = {"rev-list", "--topo-order", "--reverse",
                            "--ignore-missing", "--stdin"},
                   .input = joined(input)}));
  seen.messages = git::read_commits(repository, seen.commits);
  return seen;
}

// Whose line of work each commit lies on; the rest was merged in.
std::map<std::string, std::string> roles_of(const Repository& repository,
                                            const Seen& seen) {
  std::map<std::string, std::string> roles;
  for (const Branch& b : seen.branches) {
    Lines input = seen.excluded;
    input.push_back(b.tip);
    for (const std::string& id : lines_of(
             git::require(repository, {.args = {"rev-list", "--first-parent",
                                                "--ignore-missing", "--stdin"},
                                      .input = joined(input)})))
      roles.emplace(id, b.agent.role);
  }
  return roles;
}

// Whose branch it is on; on the one that all land on, who has signed it: the
// merge queue makes commits anew there.
std::string role_of(const Seen& seen, const store::Feature& feature,
                    const std::map<std::string, std::string>& roles,
                    const git::Commit& commit) {
  const auto on = roles.find(commit.id);
  if (on == roles.end()) return "person";
  const std::string by = trailer::signed_role(commit.body, feature.spec_id);
  bool is_of_team = false, is_landing_place = false;
  for (const Branch& b : seen.branches) {
    is_of_team |= b.agent.role == by;
    is_landing_place |= b.agent.role == on->second &&
                        b.agent.branch == feature.integration_branch;
  }
  return is_of_team && is_landing_place ? by : on->second;
}

// Those of `commits` that no ref and no worktree's HEAD reaches.
std::set<std::string> unreachable(const Repository& repository,
                                  const Lines& commits) {
  if (commits.empty()) return {};
  std::set<std::string> lost(commits.begin(), commits.end());
  const auto present = git::read_commits(repository, commits);
  Lines input;
  for (const auto& [id, commit] : present) {
    lost.erase(id);
    input.push_back(id);
  }
  for (const git::Worktree& w : git::list_worktrees(repository))
    if (!w.head.empty()) input.push_back("^" + w.head);
  const Lines beyond = lines_of(git::require(
      repository, {.args = {"rev-list", "--ignore-missing", "--stdin", "--not",
                            "--branches", "--remotes", "--tags"},
                   .input = joined(input)}));
  for (const std::string& id : beyond)
    if (present.contains(id)) lost.insert(id);
  return lost;
}

std::vector<std::string> refs_of(const Seen& seen) {
  std::vector<std::string> out;
  for (const Branch& b : seen.branches)
    out.push_back(std::string(git::kHeads) + b.agent.branch);
  return out;
}

// Commits that the store counts for an agent whose branch is there, and that
// the walk has not met.
Lines doubtful(store::Store& store, const store::Feature& feature,
               const Seen& seen) {
  std::set<std::string> roles{"person"},
      met(seen.commits.begin(), seen.commits.end());
  for (const Branch& b : seen.branches) roles.insert(b.agent.role);
  std::set<std::string> out;
  for (const store::Event& e :
       store::list_commit_events(store, feature.spec_id))
    if (e.commit && roles.contains(e.role.value_or("")) &&
        !met.contains(*e.commit))
      out.insert(*e.commit);
  return {out.begin(), out.end()};
}

void add_event(store::Store& store, const store::Feature& feature,
               const git::Commit& commit, const std::string& role) {
  store::Event e =
      task::event_of_commit(commit.id, commit.subject, commit.message());
  e.metadata = store::kFoundLate;
  e.spec_id = feature.spec_id;
  e.role = role;
  e.at = commit.committed_at;
  store::insert_event(store, e);
}

}  // namespace

Reconciled reconcile(const Repository& repository, store::Store& store,
                     const store::Feature& feature) {
  const Seen seen = see(repository, store, feature);
  Lines unseen;
  for (const std::string& id : seen.commits)
    if (!store::has_commit_event(store, id)) unseen.push_back(id);
  const auto roles = unseen.empty() ? std::map<std::string, std::string>()
                                    : roles_of(repository, seen);
  auto lost = unreachable(repository, doubtful(store, feature, seen));
  const auto rewritten =
      successors({.repository = repository,
                  .refs = refs_of(seen),
                  .lost = lost,
                  .unseen = unseen,
                  .role_of = [&](const std::string& id) {
                    if (lost.contains(id))
                      return store::find_commit_role(store, id).value_or("");
                    const auto commit = seen.messages.find(id);
                    return commit == seen.messages.end()
                               ? id
                               : role_of(seen, feature, roles, commit->second);
                  }});
  Reconciled out;
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  const std::set<std::string> met(seen.commits.begin(), seen.commits.end());
  for (const std::string& id : seen.commits) {
    const auto went = store::find_rewrite(store, id);
    // Both there: an agent rewrote what somebody else had merged.
    if (!went || met.contains(*went)) continue;
    store::unmap_commit(store, id);
    ++out.returned;
  }
  for (const auto& [before, after] : rewritten) {
    lost.erase(before);
    // The hook may have told in the meantime.
    if (store::has_commit_event(store, after)) continue;
    store::map_commit(store, before, after, now);
    ++out.rewritten;
  }
  for (const std::string& id : lost) {
    store::map_commit(store, id, std::nullopt, now);
    ++out.dropped;
  }
  for (const std::string& id : unseen) {
    const auto commit = seen.messages.find(id);
    // Somebody may have folded it in the meantime.
    if (commit == seen.messages.end() || store::has_commit_event(store, id))
      continue;
    add_event(store, feature, commit->second,
              role_of(seen, feature, roles, commit->second));
    ++out.events;
  }
  // git keeps whole seconds: a commit is not older than what was said in its
  // second.
  for (const auto& [id, commit] : seen.messages)
    task::record_commit(store, feature.id, id, commit.message(),
                        commit.committed_at + 999);
  out.changes = task::refresh(store, feature, now);
  transaction.commit();
  return out;
}

std::vector<store::Feature> behind(const Repository& repository,
                                   store::Store& store) {
  std::vector<store::Feature> out;
  const auto features = store::list_features(store, "in-progress");
  if (features.empty()) return out;
  // One process for all features.
  std::map<std::string, std::string> tips;
  for (git::Ref& tip : git::list_refs(repository, {std::string(git::kHeads)}))
    tips[std::move(tip.name)] = std::move(tip.id);
  std::map<std::int64_t, std::vector<store::Agent>> teams;
  for (store::Agent& a : store::list_agents(store))
    if (a.feature_id) teams[*a.feature_id].push_back(std::move(a));
  for (const store::Feature& f : features) {
    const auto& team = teams[f.id];
    if (std::any_of(team.begin(), team.end(), [&](const store::Agent& a) {
          const auto tip = tips.find(std::string(git::kHeads) + a.branch);
          return tip != tips.end() && tip->second != f.base_commit &&
                 !store::has_commit_event(store, tip->second);
        }))
      out.push_back(f);
  }
  return out;
}

}  // namespace orch::progress
