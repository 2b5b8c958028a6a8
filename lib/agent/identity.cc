// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/which_feature.h"
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

std::string hint_for(ToldBy told, const std::vector<std::string>& names) {
  const std::string all = text::join(names, ", ");
  switch (told) {
    case ToldBy::Option:
      return "--feature " + names[0] + ", or one of: " + all;
    case ToldBy::Place:
      return "call it in a worktree of one of: " + all;
    case ToldBy::Operand:
      break;
  }
  return "name one of: " + all;
}

bool is_in_progress(const std::vector<store::Feature>& active,
                    const store::Agent& agent) {
  return std::any_of(active.begin(), active.end(),
                     [&](const auto& f) { return f.id == agent.feature_id; });
}

// What could have been meant by `name`: addresses, and roles where one feature
// alone is meant.
struct Names {
  std::vector<std::string> any;      // of agents of features that are over, too
  std::vector<std::string> at_work;  // what is worth a list
  std::vector<std::string> over;     // of that role in features that are over
};
Names names_for(const std::string& name,
                const std::vector<store::Agent>& agents,
                const std::vector<store::Feature>& active,
                const std::optional<store::Feature>& here) {
  Names out;
  const bool is_role = name.find('/') == std::string::npos;
  for (const store::Agent& a : agents) {
    if (!a.feature_id && a.status == "completed") continue;
    out.any.push_back(a.address);
    const bool works = !a.feature_id || is_in_progress(active, a);
    if (works) out.at_work.push_back(a.address);
    if (!works && is_role && a.role == name) out.over.push_back(a.address);
    const bool is_meant = here ? a.feature_id == here->id
                               : active.size() == 1 && works && a.feature_id;
    if (is_role && is_meant) out.any.push_back(a.role);
  }
  return out;
}

}  // namespace

store::Feature require_feature(const Repository& repository,
                               store::Store& store,
                               const std::string& spec_id) {
  return require_feature(repository, store, spec_id, ToldBy::Operand);
}

store::Feature require_feature(const Repository& repository,
                               store::Store& store, const std::string& spec_id,
                               ToldBy told) {
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
  if (active.empty()) throw no_feature("");
  throw Error(ErrorCode::Ambiguous, "several features are in progress",
              hint_for(told, spec_ids(active)));
}

Error no_feature(const std::string& spec_id) {
  if (spec_id.empty())
    return {ErrorCode::UnknownName, "there is no feature in progress",
            "git orch init-feature <spec-id>"};
  return {ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
          "git orch init-feature " + spec_id};
}

store::Agent require_agent(const Repository& repository, store::Store& store,
                           const std::string& name) {
  if (auto agent = store::find_agent(store, name)) return *std::move(agent);
  const auto here = feature_here(repository, store);
  const auto active = store::list_features(store, "in-progress");
  if (name.find('/') == std::string::npos) {
    if (here)
      if (auto agent = store::find_agent(store, here->spec_id + "/" + name))
        return *std::move(agent);
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
  }
  const Names names = names_for(name, store::list_agents(store), active, here);
  if (!names.over.empty())
    throw Error(ErrorCode::UnknownName,
                "no feature in progress has an agent '" + name + "'",
                "of one that is over, by its full name: " +
                    text::join(names.over, ", "));
  const std::string near = text::nearest(name, names.any);
  throw Error(ErrorCode::UnknownName, "unknown agent '" + name + "'",
              near.empty() ? suggestion(name, names.at_work,
                                        "git orch init-feature <spec-id>")
                           : "did you mean '" + near + "'?");
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
