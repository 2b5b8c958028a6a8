// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "store/features.h"

namespace orch::agent {

// Within a Transaction; returns the message's id.
std::int64_t queue_brief(store::Store& store, const store::Agent& agent,
                         const std::string& brief, std::int64_t now);

}  // namespace orch::agent
