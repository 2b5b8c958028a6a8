// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
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
};

void insert_snapshot(Store& store, const Snapshot& snapshot);
// Oldest first; those that were dropped are left out.
std::vector<Snapshot> list_snapshots(Store& store);

}  // namespace orch::store
