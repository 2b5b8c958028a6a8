// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "clock/clock.h"
#include "hook/fold.h"
#include "message/message.h"
#include "store/agent_state.h"

namespace orch::agent {
namespace {

// How long a state stands before a screen that shows another may end it, and
// how far apart the two looks are that it takes.
constexpr std::int64_t kStandsMs = 30'000;
constexpr std::int64_t kBetweenLooksMs = 2'000;
constexpr char kLastLook[] = "last_look";

bool can_be_looked_at(const store::Agent& agent) {
  const std::string state = observed(agent).state;
  return !agent.pane.empty() && !agent.runtime.empty() &&
         (state == "starting" || state == "busy" || state == "idle" ||
          state == "needs-human" || state == "limited");
}

// What an earlier look saw: "<state> <when>".
std::string seen_key(const store::Agent& agent) {
  return "look/" + std::to_string(agent.id);
}

// Two looks in a row that show the same, since one may meet a screen that is
// just being drawn.
bool is_seen_again(store::Store& store, const store::Agent& agent,
                   const std::string& state, std::int64_t now) {
  const std::string before =
      store::find_meta(store, seen_key(agent)).value_or("");
  const std::size_t space = before.find(' ');
  const bool same =
      space != std::string::npos && before.substr(0, space) == state;
  const std::int64_t since =
      same ? std::strtoll(before.c_str() + space, nullptr, 10) : now;
  if (same && since >= agent.state_since && now - since >= kBetweenLooksMs)
    return true;
  if (!same || since < agent.state_since) {
    store::Transaction transaction(store);
    store::set_meta(store, seen_key(agent), state + " " + std::to_string(now));
    transaction.commit();
  }
  return false;
}

// Whether the screen knows better than the row. A hook's word stands at first:
// it is nearer to the truth than what is drawn. But no hook comes after some
// errors, after a dialog that a person has left, or when a prompt was lost.
bool overrules(store::Store& store, const store::Agent& agent,
               const std::string& shown, std::int64_t now) {
  if (shown == agent.state || shown.empty() || shown == "draft") return false;
  if (shown == "needs-human") return true;
  if (agent.state == "starting") return false;  // who starts it looks himself
  // What an earlier turn has left on the screen may stand for a moment.
  if (shown == "limited")
    return agent.state == "busy" && is_seen_again(store, agent, shown, now);
  const bool is_fresh = now - agent.state_since < kStandsMs;
  if (shown == "busy")
    return agent.state == "needs-human" && agent.state_source == "screen";
  if (shown != "idle" || agent.state == "limited") return false;
  if (agent.state_source != "screen" && is_fresh) return false;
  return is_seen_again(store, agent, shown, now);
}

// False when the row has changed since it was read.
bool set_shown(store::Store& store, const store::Agent& seen,
               const std::string& state) {
  store::Transaction transaction(store);
  auto agent = store::find_agent(store, seen.id);
  if (!agent || agent->run != seen.run || agent->state != seen.state ||
      agent->state_since != seen.state_since)
    return false;
  store::set_agent_state(store, *agent, state, "screen", clock::now());
  transaction.commit();
  return true;
}

}  // namespace

std::string shown_state(const Repository& repository,
                        const store::Agent& agent) {
  if (agent.pane.empty() || agent.runtime.empty()) return "";
  return message::shown_states(repository, {agent}).front();
}

bool believe_screen(const Repository& repository, store::Store& store,
                    std::int64_t agent_id, const std::string& state) {
  // What a hook has said in the meantime is nearer to the truth.
  hook::fold(repository, store);
  const auto before = store::find_agent(store, agent_id);
  if (!before || before->state != "starting" || before->pid == 0) return false;
  if (state == "needs-human") {
    message::mark_needs_human(store, agent_id, "screen");
    return true;
  }
  return set_shown(store, *before, state);
}

bool await_idle(const Repository& repository, store::Store& store,
                std::int64_t agent_id, std::int64_t timeout_ms) {
  constexpr std::int64_t kLookEveryMs = 500;
  store::Agent agent;
  const auto is_idle = [&] {
    agent = store::find_agent(store, agent_id).value_or(agent);
    return agent.state == "idle";
  };
  std::string before;
  for (std::int64_t left = timeout_ms; left > 0; left -= kLookEveryMs) {
    if (hook::fold_until(repository, store, is_idle, kLookEveryMs)) return true;
    const std::string shown = shown_state(repository, agent);
    if (shown == "idle" && before == "idle" && set_shown(store, agent, shown))
      return true;
    before = shown;
  }
  return false;
}

int look_around(const Repository& repository, store::Store& store) {
  const std::int64_t now = clock::now();
  const auto last = store::find_meta(store, kLastLook);
  // A clock that was put back delays no look.
  if (last) {
    const std::int64_t at = std::strtoll(last->c_str(), nullptr, 10);
    if (at <= now && now - at < kBetweenLooksMs) return 0;
  }
  std::vector<store::Agent> agents;
  for (store::Agent& agent : store::list_agents(store))
    if (can_be_looked_at(agent)) agents.push_back(std::move(agent));
  if (agents.empty()) return 0;
  const auto shown = message::shown_states(repository, agents);
  int changed = 0;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    if (!overrules(store, agents[i], shown[i], now)) continue;
    if (shown[i] == "needs-human")
      message::mark_needs_human(store, agents[i].id, "screen");
    else if (!set_shown(store, agents[i], shown[i]))
      continue;
    ++changed;
  }
  store::Transaction transaction(store);
  store::set_meta(store, kLastLook, std::to_string(now));
  transaction.commit();
  return changed;
}

}  // namespace orch::agent
