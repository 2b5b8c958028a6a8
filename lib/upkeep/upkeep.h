// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "repository/repository.h"
#include "store/store.h"
#include "store/upkeep.h"

// Removing what is old. Events, messages and work are never removed.
namespace orch::upkeep {

using repository::Repository;
using store::Sweep;

struct Limits {
  std::int64_t snapshot_keep = 20;  // for each agent
  std::int64_t snapshot_age_ms = 0;
  std::int64_t trash_age_ms = 0;
};
// orch.snapshotKeep, orch.snapshotAge and orch.trashAge. Throws Error{Usage}
// that names the key of a bad value.
Limits limits_of(const config::Config& config);

struct Removed {
  std::string what;
  std::int64_t count = 0;
  std::optional<std::int64_t> bytes;  // absent when not known
};
// One entry for each kind, also when there was nothing, always in this order:
// snapshots, folded, verdicts, torn, leftovers, backups, trash, log. With
// `Sweep::Look` nothing changes.
std::vector<Removed> sweep(const Repository& repository, store::Store& store,
                           const Limits& limits, Sweep how);
// What `sweep` answers where there is no store.
std::vector<Removed> nothing();

}  // namespace orch::upkeep
