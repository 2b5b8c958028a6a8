// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "store/features.h"

// What is written whenever something has become of an agent.
namespace orch::store {

// Its state, how that is known and since when; writes the whole row. Within a
// Transaction.
void set_agent_state(Store& store, Agent& agent, const std::string& state,
                     const std::string& source, std::int64_t at);

// An event of its role, in its feature when it has one. `event_id`: as in
// Event. Within a Transaction.
void insert_agent_event(Store& store, const Agent& agent,
                        const std::string& type, const std::string& message,
                        std::int64_t at, const std::string& event_id = {});

// Where it is noted when an agent's CLI has last said that it compacted the
// conversation (see find_meta), until it has a brief again.
std::string compacted_key(std::int64_t agent_id);

}  // namespace orch::store
