// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

// The memory of the machine; private to `drill`.
namespace orch::drill {

// How many bytes can be had without harm to others, by what proc(5) calls
// meminfo: half of what is available, a GiB at most. 0: not to be told.
std::int64_t memory_to_take(const std::string& meminfo);

// What a process holds of it; 0 when it is gone.
std::int64_t memory_of(pid_t pid);

}  // namespace orch::drill
