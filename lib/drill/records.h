// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "drill/arena.h"
#include "history/records.h"

// The history of an arena; private to `drill`.
namespace orch::drill {

// What its store says now, and whether each agent's process lives; absent when
// there is no store. Throws Error when it cannot be read.
std::optional<history::Records> find_records(const Arena& arena);

}  // namespace orch::drill
