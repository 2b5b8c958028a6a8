// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

// How often writers met each other.
namespace orch::store {

// How many transactions had to wait for another one since the store was made;
// 0 when nobody knows. It is kept beside the store, not in it.
std::int64_t count_waits(const std::string& orch_dir);

}  // namespace orch::store
