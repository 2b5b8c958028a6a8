// SPDX-License-Identifier: MIT
#include "guard/guard.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/stamp.h"
#include "hook/install.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "installation/source.h"
#include "process/process.h"
#include "store/overrides.h"
#include "store/store.h"

namespace orch::guard {
namespace {

constexpr char kStamp[] = "guard.stamp";

std::string full_branch(const std::string& branch) {
  return branch.empty() ? "" : std::string(git::kHeads) + branch;
}

bool is_branch(const std::string& ref) { return ref.starts_with(git::kHeads); }

void add_once(std::vector<std::string>& list, const std::string& value) {
  if (!value.empty() &&
      std::find(list.begin(), list.end(), value) == list.end())
    list.push_back(value);
}

// The repository's own file, which may come to be, and the installed one.
std::vector<policy::Source> sources_of(const Repository& repository,
                                       const std::string& name) {
  return {installation::source_of(repository.orch_dir() + "/" + name + ".yaml"),
          installation::source_of(installation::template_directory() + "/" +
                                  name + ".yaml")};
}

// What the rules of all agents are made of, read once. Of a file, first its
// time and size: one that changes meanwhile is read again.
struct Inputs {
  std::vector<policy::Source> policy_sources;
  policy::Policy policy;
  std::vector<store::Feature> features;  // that have not ended
  std::vector<store::Agent> agents;
  std::vector<store::Override> overrides;
  struct ReadRole {
    std::vector<policy::Source> sources;
    std::optional<role::Role> role;
  };
  std::map<std::string, ReadRole> roles;
};

Inputs inputs_of(const Repository& repository, store::Store& store,
                 std::int64_t now_ms) {
  Inputs in;
  in.policy_sources = sources_of(repository, "policy");
  in.policy = installation::require_policy(repository.orch_dir());
  in.features = store::list_features(store, "");
  std::erase_if(in.features,
                [](const auto& f) { return f.status == "archived"; });
  in.agents = store::list_agents(store);
  in.overrides = store::list_overrides(store, now_ms);
  return in;
}

const Inputs::ReadRole& role_in(Inputs& in, const Repository& repository,
                                const std::string& name) {
  const auto known = in.roles.find(name);
  if (known != in.roles.end()) return known->second;
  Inputs::ReadRole read;
  read.sources = sources_of(repository, "roles/" + name);
  read.role = installation::find_role(repository.orch_dir(), name);
  return in.roles.emplace(name, std::move(read)).first->second;
}

// Bases and integration branches of features that have not ended, and the
// branches of all agents.
void add_branches(const Inputs& in, const store::Agent& agent,
                  policy::WorktreeRules& rules) {
  std::set<std::int64_t> live;
  for (const store::Feature& f : in.features) {
    live.insert(f.id);
    if (agent.feature_id == f.id && is_branch(f.base)) rules.base = f.base;
    if (is_branch(f.base)) add_once(rules.guards.protected_refs, f.base);
    add_once(rules.integration, full_branch(f.integration_branch));
  }
  for (const std::string& ref : rules.integration)
    if (ref != rules.branch) add_once(rules.guards.protected_refs, ref);
  for (const store::Agent& a : in.agents)
    if (a.id != agent.id && a.feature_id && live.contains(*a.feature_id) &&
        !a.branch.empty())
      rules.others.push_back(full_branch(a.branch));
}

void add_role(const role::Role& role, policy::WorktreeRules& rules) {
  rules.allow_refs = role.refs.allow;
  rules.deny_refs = role.refs.deny;
  rules.allow_paths = role.paths.allow;
  rules.deny_paths = role.paths.deny;
  const auto can = [&](role::Can what) {
    return std::find(role.can.begin(), role.can.end(), what) != role.can.end();
  };
  rules.merge = can(role::Can::Merge);
  rules.push = can(role::Can::Push);
  rules.pr = can(role::Can::Pr);
  rules.move_base = can(role::Can::Base);
}

bool write_rules(const std::string& git_dir, const std::string& text) {
  const std::string path = git_dir + "/" + repository::kRulesFile;
  if (file::find_contents(path) == text) return false;
  file::write_atomically(path, text);
  return true;
}

policy::WorktreeRules make(const Repository& repository, Inputs& in,
                           const store::Agent& agent) {
  policy::WorktreeRules rules;
  rules.branch = full_branch(agent.branch);
  rules.agent = agent.address;
  rules.guards = in.policy.guards;
  add_branches(in, agent, rules);
  const auto& [sources, role] = role_in(in, repository, agent.role);
  if (role) add_role(*role, rules);
  rules.sources = in.policy_sources;
  rules.sources.insert(rules.sources.end(), sources.begin(), sources.end());
  for (const store::Override& o : in.overrides)
    if (!o.agent_id || *o.agent_id == agent.id)
      rules.overrides.push_back({o.guard, o.expires_at});
  return rules;
}

bool is_of_the_machine(const Error& e) {
  return e.code() == ErrorCode::Io || e.code() == ErrorCode::Contended;
}

// The worktrees of agents of features, and how many rules were written.
int write_all(const Repository& repository, store::Store& store,
              std::int64_t now_ms, std::vector<Repository>& guarded) {
  int changed = 0;
  std::optional<Inputs> in;
  try {
    in = inputs_of(repository, store, now_ms);
  } catch (const Error& e) {
    // The verbs that read the file, and doctor, name its fault.
    if (is_of_the_machine(e)) throw;
  }
  for (const auto& [address, path, own] :
       repository::agent_worktrees(repository)) {
    const Repository worktree{own, repository.common_dir, path};
    const auto agent = store::find_agent(store, address);
    if (!agent || !agent->feature_id) continue;
    guarded.push_back(worktree);
    if (!in) continue;
    try {
      const auto rules = make(repository, *in, *agent);
      changed += write_rules(worktree.git_dir, policy::to_text(rules)) ? 1 : 0;
    } catch (const Error& e) {
      if (is_of_the_machine(e)) throw;
    }
  }
  return changed;
}

}  // namespace

policy::WorktreeRules rules_of(const Repository& repository,
                               store::Store& store, const store::Agent& agent,
                               std::int64_t now_ms) {
  Inputs in = inputs_of(repository, store, now_ms);
  return make(repository, in, agent);
}

void make_rules(const Repository& repository, store::Store& store,
                const Repository& worktree) {
  const auto address = repository::agent_of(worktree);
  const auto agent =
      address ? store::find_agent(store, *address) : std::nullopt;
  if (!agent)
    throw Error(ErrorCode::UnknownName,
                "no agent has the worktree of '" + worktree.git_dir + "'");
  write_rules(worktree.git_dir, policy::to_text(rules_of(
                                    repository, store, *agent, clock::now())));
}

int refresh(const Repository& repository, store::Store& store) {
  constexpr int kMostPasses = 4;
  const std::int64_t now = clock::now();
  std::string stamp = stamp_of(repository, store, now);
  if (store::find_meta(store, kStamp) == stamp) return 0;
  int changed = 0;
  // All is as it should be when a whole pass has met nothing else than the one
  // before it: what comes meanwhile, an agent's row or another's pass, would be
  // behind the stamp otherwise, and never be looked at.
  for (int pass = 0; pass < kMostPasses; ++pass) {
    std::vector<Repository> guarded;
    changed += write_all(repository, store, now, guarded);
    changed += hook::guard_worktrees(repository, guarded) ? 1 : 0;
    const std::string before =
        std::exchange(stamp, stamp_of(repository, store, now));
    if (stamp != before) continue;
    store::Transaction transaction(store);
    store::set_meta(store, kStamp, stamp);
    transaction.commit();
    break;
  }
  return changed;
}

Announcement::Announcement(store::Store& store, const std::string& ref,
                           const std::string& from, const std::string& to)
    : store_(store) {
  const process::Identity self = process::self();
  store::Transaction transaction(store);
  id_ = store::insert_intent(
      store, {.ref = ref,
              .from = from,
              .to = to,
              .pid = self.pid,
              .pid_start = static_cast<std::int64_t>(self.start),
              .at = clock::now()});
  transaction.commit();
}

Announcement::~Announcement() {
  try {
    store::Transaction transaction(store_);
    store::end_intent(store_, id_, status_, clock::now());
    transaction.commit();
  } catch (const Error&) {
    // It ends with this process: nobody else can have its pid and start time.
  }
}

bool is_announced(store::Store& store, const policy::Move& move) {
  const auto ancestors = process::ancestors();
  for (const store::Intent& i : store::list_intents(store, move.ref)) {
    if (i.to != move.to) continue;
    // git tells zeros where its caller named no old value.
    const bool any = move.from.find_first_not_of('0') == std::string::npos;
    if (i.from != move.from && !any) continue;
    const process::Identity writer{static_cast<pid_t>(i.pid),
                                   static_cast<std::uint64_t>(i.pid_start)};
    if (std::find(ancestors.begin(), ancestors.end(), writer) !=
        ancestors.end())
      return true;
  }
  return false;
}

}  // namespace orch::guard
