// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

namespace orch::store {

struct Snapshot {
  std::int64_t id = 0;
  std::string agent;
  std::string ref;  // full
  std::string commit;
  std::string reason;
  std::size_t paths = 0;
  std::int64_t taken_at = 0;
  std::vector<std::string> names;  // the paths; may be empty in older rows
};

// Within a Transaction; returns the id, that of the present row when this ref
// has one already.
std::int64_t insert_snapshot(Store& store, const Snapshot& snapshot);
// Oldest first; those that were dropped are left out.
std::vector<Snapshot> list_snapshots(Store& store);
// Absent when there is none, or it was dropped.
std::optional<Snapshot> find_snapshot(Store& store, std::int64_t id);
// Whether a row has this ref, also one that was dropped.
bool has_snapshot_ref(Store& store, const std::string& ref);

// The first time counts. Within a Transaction.
void mark_snapshot_dropped(Store& store, std::int64_t id, std::int64_t at);

}  // namespace orch::store
