// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "error/error.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::agent {
namespace {

std::vector<std::string> spec_ids(const std::vector<store::Feature>& features) {
  std::vector<std::string> out;
  for (const store::Feature& f : features) out.push_back(f.spec_id);
  return out;
}

// The feature of the agent whose worktree we stand in.
std::optional<store::Feature> feature_here(const Repository& repository,
                                           store::Store& store) {
  const auto address = repository::agent_of(repository);
  if (!address) return std::nullopt;
  return store::find_feature(store, address->substr(0, address->find('/')));
}

std::string suggestion(const std::string& name,
                       const std::vector<std::string>& known,
                       const std::string& command) {
  const std::string near = text::nearest(name, known);
  if (!near.empty()) return "did you mean '" + near + "'?";
  if (known.empty()) return command;
  return "known: " + text::join(known, ", ");
}

}  // namespace

store::Feature require_feature(const Repository& repository,
                               store::Store& store,
                               const std::string& spec_id) {
  if (!spec_id.empty()) {
    if (auto f = store::find_feature(store, spec_id)) return *std::move(f);
    const auto all = store::list_features(store, "");
    throw Error(
        ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
        suggestion(spec_id, spec_ids(all), "git orch init-feature " + spec_id));
  }
  if (auto f = feature_here(repository, store)) return *std::move(f);
  const auto active = store::list_features(store, "in-progress");
  if (active.size() == 1) return active.front();
  if (active.empty())
    throw Error(ErrorCode::UnknownName, "there is no feature in progress",
                "git orch init-feature <spec-id>");
  throw Error(ErrorCode::Ambiguous, "several features are in progress",
              "name one of: " + text::join(spec_ids(active), ", "));
}

store::Agent require_agent(const Repository& repository, store::Store& store,
                           const std::string& name) {
  if (auto agent = store::find_agent(store, name)) return *std::move(agent);
  const auto agents = store::list_agents(store);
  std::vector<std::string> addresses;
  for (const store::Agent& a : agents)
    if (a.feature_id || a.status != "completed") addresses.push_back(a.address);

  if (name.find('/') == std::string::npos) {
    if (const auto f = feature_here(repository, store))
      if (auto agent = store::find_agent(store, f->spec_id + "/" + name))
        return *std::move(agent);
    const auto active = store::list_features(store, "in-progress");
    std::vector<std::string> matches;
    for (const store::Feature& f : active)
      if (store::find_agent(store, f.spec_id + "/" + name))
        matches.push_back(f.spec_id + "/" + name);
    if (matches.size() == 1 && active.size() == 1)
      return *store::find_agent(store, matches.front());
    if (!matches.empty())
      throw Error(ErrorCode::Ambiguous,
                  "'" + name + "' does not say of which feature",
                  "name one of: " + text::join(matches, ", "));
    for (const store::Agent& a : agents)
      if (a.feature_id) addresses.push_back(a.role);
  }
  throw Error(ErrorCode::UnknownName, "unknown agent '" + name + "'",
              suggestion(name, addresses, "git orch init-feature <spec-id>"));
}

std::optional<store::Agent> find_caller(store::Store& store) {
  const auto chain = process::ancestors();
  for (store::Agent& agent : store::list_agents(store)) {
    if (agent.pid == 0) continue;
    const process::Identity own{static_cast<pid_t>(agent.pid),
                                static_cast<std::uint64_t>(agent.pid_start)};
    if (std::find(chain.begin(), chain.end(), own) != chain.end())
      return std::move(agent);
  }
  return std::nullopt;
}

std::string caller_name(store::Store& store) {
  const auto caller = find_caller(store);
  return caller ? caller->address : "person";
}

namespace {

void refuse(const store::Agent& caller, const std::string& what) {
  throw Error(ErrorCode::RefusedByPolicy,
              "'" + caller.address + "' may not " + what,
              "git orch send overseer -m TEXT");
}

// A store that cannot be read knows no agents, and is not in the way of what
// mends or removes it.
std::optional<store::Agent> caller_in(const Repository& repository) {
  try {
    auto store = store::Store::find(repository.orch_dir());
    return store ? find_caller(*store) : std::nullopt;
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Corrupt && e.code() != ErrorCode::Io) throw;
    return std::nullopt;
  }
}

}  // namespace

void require_may_direct(store::Store& store, const store::Agent& agent,
                        const std::string& what) {
  const auto caller = find_caller(store);
  if (caller && caller->id != agent.id && caller->kind != "overseer")
    refuse(*caller, what + " '" + agent.address + "'");
}

void require_leader(const Repository& repository, const std::string& what) {
  const auto caller = caller_in(repository);
  if (caller && caller->kind != "overseer") refuse(*caller, what);
}

}  // namespace orch::agent
