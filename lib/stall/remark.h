// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/features.h"
#include "store/store.h"

namespace orch::stall {

// Something that is said: an event, and whom it is told.
struct Remark {
  store::Agent subject;      // whose event it is
  std::string spec_id = {};  // empty outside any feature
  std::string type = {}, event = {};
  std::vector<std::pair<store::Agent, std::string>> letters = {};
  std::string metadata = {};  // of the event; empty: its first message
  // A message that nobody need read any more.
  std::optional<std::int64_t> replaces = std::nullopt;
};

// Within a Transaction.
void write(store::Store& store, const Remark& remark, std::int64_t now);

// The message that an event's metadata names; absent when it names none.
std::optional<std::int64_t> letter_in(const std::string& metadata);

// Absent when the feature has none.
std::optional<store::Agent> find_overseer(store::Store& store,
                                          std::int64_t feature_id);

// "42m", "2h": whole units, for people.
std::string aged(std::int64_t ms);

}  // namespace orch::stall
