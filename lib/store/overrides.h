// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// What opens a guard: a person's override for a while, and the announcement of
// one move by a program of ours. Times are milliseconds since 1970.
namespace orch::store {

struct Override {
  std::int64_t id = 0;
  std::string guard;                     // "guards.refs"
  std::optional<std::int64_t> agent_id;  // absent: every agent
  std::string reason;
  std::int64_t at = 0, expires_at = 0;
};
// Those that hold at `now`, oldest first.
std::vector<Override> list_overrides(Store& store, std::int64_t now);
// Inserts, and returns the new id. Within a Transaction.
std::int64_t insert_override(Store& store, const Override& row);
// Ends those of a guard (of all, when empty) at `now`; how many.
int end_overrides(Store& store, const std::string& guard, std::int64_t now);

// A move of a ref that the process of this identity is about to make.
struct Intent {
  std::int64_t id = 0;
  std::string ref, from, to;  // ids, all zeros for none
  std::int64_t pid = 0, pid_start = 0;
  std::int64_t at = 0;
};
// Those of one ref that are open.
std::vector<Intent> list_intents(Store& store, const std::string& ref);
// Inserts, and returns the new id. Within a Transaction.
std::int64_t insert_intent(Store& store, const Intent& intent);
// `status`: done or withdrawn. Within a Transaction.
void end_intent(Store& store, std::int64_t id, const std::string& status,
                std::int64_t at);

}  // namespace orch::store
