// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// When messages reached their levels.
namespace orch::store {

struct MessageTimes {
  std::int64_t id = 0;
  std::string recipient;  // address
  std::string sender, level;
  std::int64_t sent_at = 0;
  // By whatever proves it first: typed, or a higher level.
  std::optional<std::int64_t> delivered_at;
  std::optional<std::int64_t> acked_at;
};

// Those with a higher id than `after`, oldest first.
std::vector<MessageTimes> list_message_times(Store& store, std::int64_t after);

}  // namespace orch::store
