// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "notice/need.h"
#include "store/store.h"

namespace orch::store {

// What does not go on without a person, the oldest first: one query over small
// tables and the ends of large ones, by indexes. What a person has marked as
// seen is in it, too.
std::vector<notice::Need> list_needs(Store& store, std::int64_t now);

}  // namespace orch::store
