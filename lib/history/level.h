// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "history/records.h"

// The levels of a message, as a model of their own: what the store does is
// checked against it. Private to `history`.
namespace orch::history {

// queued 0 < typed 1 < submitted 2 < read 3 < acked 4; -1: an end without
// delivery (failed, expired), or no level.
int rank_of(const std::string& level);
// Neither read nor at an end.
bool is_open(const std::string& level);
// Whether one may follow the other, also with others between.
bool may_become(const std::string& before, const std::string& after);
// What of its times does not go with its level; empty: nothing.
std::string fault_of(const Message& message);

}  // namespace orch::history
