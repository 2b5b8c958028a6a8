// SPDX-License-Identifier: MIT
#include "clock/clock.h"
#include "error/error.h"
#include "message/message.h"
#include "message/typing.h"
#include "store/agent_state.h"
#include "store/features.h"

namespace orch::message {
namespace {

std::optional<store::Agent> overseer_of(store::Store& store,
                                        const store::Agent& agent) {
  if (!agent.feature_id) return std::nullopt;
  for (store::Agent& a : store::list_agents(store, *agent.feature_id))
    if (a.kind == "overseer" && a.id != agent.id) return std::move(a);
  return std::nullopt;
}

}  // namespace

void tell_needs_human(store::Store& store, const store::Agent& agent,
                      std::int64_t at) {
  store::insert_agent_event(store, agent, "needs_human",
                            "a dialog waits in its pane", at);
  if (const auto overseer = overseer_of(store, agent))
    queue(store, *overseer,
          {.text = agent.address +
                   " waits for a person: a dialog is open in its pane. A "
                   "person answers it with: git orch agent attach " +
                   agent.address,
           .kind = "report"},
          at);
}

void mark_needs_human(store::Store& store, std::int64_t agent_id,
                      const std::string& source) {
  store::Transaction transaction(store);
  auto agent = store::find_agent(store, agent_id);
  if (!agent || agent->state == "needs-human") return;
  store::set_agent_state(store, *agent, "needs-human", source, clock::now());
  tell_needs_human(store, *agent, agent->state_since);
  transaction.commit();
}

void require_may_interrupt(const Repository& repository,
                           const std::optional<store::Agent>& sender,
                           const store::Agent& agent) {
  if (sender && sender->kind != "overseer")
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + sender->address +
                    "' may not interrupt: only a person and an overseer may",
                "send it without --interrupt");
  Pass pass(repository);
  if (!agent.runtime.empty() && pass.runtime_of(agent).interrupt.empty())
    throw Error(ErrorCode::RefusedByPolicy,
                "runtime '" + agent.runtime + "' of '" + agent.address +
                    "' does not allow that it is interrupted",
                "send it without --interrupt, or see git orch runtime show " +
                    agent.runtime);
}

std::string interrupt(const Repository& repository, store::Store& store,
                      std::int64_t agent_id) {
  const file::Lock lock = pane_lock(repository, agent_id);
  auto agent = store::find_agent(store, agent_id);
  if (!agent || agent->state != "busy") return "the agent is not busy";
  // The rest of what hinders any typing.
  store::Agent as_idle = *agent;
  as_idle.state = "idle";
  if (const std::string reason = obstacle(as_idle); !reason.empty())
    return reason;
  Pass pass(repository);
  if (states_shown(pass, {*agent}).front().value_or("") == "needs-human") {
    mark_needs_human(store, agent_id, "screen");
    return "the pane shows a dialog";
  }
  const auto outcomes = pass.server().type(
      {{pane_of(*agent), "", pass.runtime_of(*agent).interrupt}});
  return outcomes.front() == tmux::Paste::Typed ? "" : "the pane takes no keys";
}

}  // namespace orch::message
