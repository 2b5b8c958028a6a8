// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

// How much somebody has said lately. Each gives the instant of the `nth` newest
// (from 1) after `since`; absent when there are fewer.
namespace orch::store {

// Of the messages of kind "message" from one sender.
std::optional<std::int64_t> find_nth_sent(Store& store,
                                          const std::string& sender, int nth,
                                          std::int64_t since);
// Of the events of one type and role.
std::optional<std::int64_t> find_nth_event(Store& store,
                                           const std::string& spec_id,
                                           const std::string& role,
                                           const std::string& type, int nth,
                                           std::int64_t since);
// Of the asks of one agent.
std::optional<std::int64_t> find_nth_ask(Store& store, std::int64_t agent_id,
                                         int nth, std::int64_t since);

// When something other than a brief was last typed into the agent's pane;
// absent: never.
std::optional<std::int64_t> find_last_typed(Store& store,
                                            std::int64_t agent_id);

}  // namespace orch::store
