// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Recorded obstacles.
namespace orch::store {

struct Blocker {
  std::int64_t id = 0;
  std::int64_t feature_id = 0;
  std::string spec_id;  // read only
  std::string role;
  std::string type;  // dependency, conflict, external, technical
  std::string description;
  std::optional<std::string> blocking_agent;
  std::string status = "active";  // or resolved
  std::optional<std::string> notes;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> resolved_at;
};

// The row alone, as it is; returns its id. Within a Transaction.
std::int64_t insert_blocker(Store& store, const Blocker& blocker);

// The row of an active one, the agent's status and the event of type
// task_blocked. Returns the id. Within a Transaction.
std::int64_t raise_blocker(Store& store, const Blocker& blocker);

// The row, the event of type blocker_resolved, and, when it was the last active
// one of that role, the agent's status. False when it was resolved before.
// Within a Transaction.
bool resolve_blocker(Store& store, std::int64_t id,
                     const std::optional<std::string>& notes, std::int64_t at);

struct BlockerQuery {
  std::int64_t feature_id = 0;  // 0: of all features
  std::string role;             // empty: of all roles
  std::string type;             // empty: of all types
  bool all = false;             // resolved ones, too
};
// By feature, then id.
std::vector<Blocker> list_blockers(Store& store, const BlockerQuery& query);
std::optional<Blocker> find_blocker(Store& store, std::int64_t id);

}  // namespace orch::store
