// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Conflicts that were found.
namespace orch::store {

struct Conflict {
  std::int64_t id = 0;
  std::optional<std::int64_t> feature_id;
  std::string a, b;  // agents' addresses, or branches
  std::string kind;  // stale, collision
  std::vector<std::string> paths;
  std::vector<std::string> types;
  std::string severity = "warning";
  std::string source = "predicted";
  std::string a_commit, b_commit;
  bool resolved = false;
  std::optional<std::string> notes;
  std::int64_t detected_at = 0;
  std::optional<std::int64_t> resolved_at;
};

// "a and b (kind): path, path": the message of its events.
std::string conflict_text(const Conflict& conflict);

// Unresolved ones, by id. `feature_id` 0: of all features.
std::vector<Conflict> list_open_conflicts(Store& store,
                                          std::int64_t feature_id);
// Resolved ones, too.
std::vector<Conflict> list_conflicts(Store& store, std::int64_t feature_id);
std::optional<Conflict> find_conflict(Store& store, std::int64_t id);

// The note of a conflict that went away by itself.
inline constexpr char kMergesCleanly[] = "merges cleanly now";
// Whether somebody has resolved the predicted conflict of exactly these tips by
// hand.
bool is_settled(Store& store, const std::string& a, const std::string& b,
                const std::string& kind, const std::string& a_commit,
                const std::string& b_commit);
// As it is, also when it is resolved already.
std::int64_t insert_conflict(Store& store, const Conflict& conflict);
// New tips, paths and types of an open conflict.
void update_conflict(Store& store, const Conflict& conflict);
void resolve_conflict(Store& store, std::int64_t id, const std::string& notes,
                      std::int64_t at);

}  // namespace orch::store
