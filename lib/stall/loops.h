// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "policy/policy.h"
#include "stall/remark.h"
#include "store/store.h"

namespace orch::stall {

// Agents that write each other and commit nothing, or the same again and again,
// and of whom nobody was told within the cool-down.
std::vector<Remark> find_loops(store::Store& store, const policy::Thresholds& t,
                               std::int64_t now);

}  // namespace orch::stall
