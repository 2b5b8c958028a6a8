// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "repository/repository.h"
#include "store/features.h"
#include "store/snapshots.h"

// What a snapshot (see agent.h) has written.
namespace orch::agent {

// `snapshot`, which gives the commit alone, with the row: others may have the
// same commit.
std::optional<store::Snapshot> take_snapshot(
    const repository::Repository& repository, store::Store& store,
    const store::Agent& agent, const std::string& reason);

}  // namespace orch::agent
