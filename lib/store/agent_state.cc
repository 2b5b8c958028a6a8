// SPDX-License-Identifier: MIT
#include "store/agent_state.h"

#include "store/events.h"

namespace orch::store {

void set_agent_state(Store& store, Agent& agent, const std::string& state,
                     const std::string& source, std::int64_t at) {
  agent.state = state;
  agent.state_source = source;
  agent.state_since = at;
  update_agent(store, agent);
}

void insert_agent_event(Store& store, const Agent& agent,
                        const std::string& type, const std::string& message,
                        std::int64_t at, const std::string& event_id) {
  Event event;
  event.event_id = event_id;
  if (agent.feature_id)
    if (const auto feature = find_feature(store, *agent.feature_id))
      event.spec_id = feature->spec_id;
  event.role = agent.role;
  event.type = type;
  event.message = message;
  event.at = at;
  insert_event(store, event);
}

std::string compacted_key(std::int64_t agent_id) {
  return "compacted " + std::to_string(agent_id);
}

}  // namespace orch::store
