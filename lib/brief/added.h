// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace orch::brief {

// Where the store keeps what a person has given an agent to know beside its
// role (`agent start --brief`); it ends each of its briefs.
std::string added_key(std::int64_t agent_id);

}  // namespace orch::brief
