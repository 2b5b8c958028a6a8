// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orch::file {

// The last `bytes` of a regular file, all of it when it is shorter; absent when
// there is none, or it is no regular file. Never waits, as for a pipe.
std::optional<std::string> find_tail(const std::string& path,
                                     std::int64_t bytes);

}  // namespace orch::file
