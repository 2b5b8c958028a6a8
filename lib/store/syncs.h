// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

// How far agents' branches took in their upstreams, and what they were told of
// what they lack. Times are milliseconds since 1970.
namespace orch::store {

struct Sync {
  std::int64_t agent_id = 0;
  std::optional<std::string> upstream;  // the commit that was taken in last
  std::optional<std::string> method;    // rebase, merge, forward
  std::optional<std::int64_t> synced_at;
  std::optional<std::string> told;  // the upstream's commit it was told of last
  std::optional<std::int64_t> message_id;  // with which it was
};

// An empty row when there is none yet.
Sync find_sync(Store& store, std::int64_t agent_id);
// Replaces the agent's row. Within a Transaction.
void put_sync(Store& store, const Sync& sync);

}  // namespace orch::store
