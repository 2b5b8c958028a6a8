// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orch::file {

struct Range {
  std::uint64_t inode = 0;
  std::int64_t size = 0;  // of the file
  std::string bytes;      // at most so many as were asked for
};

// Bytes of a regular file of ours from `offset` on, none when it is shorter.
// Absent when it is not there, is somebody else's, is no regular file or is
// named by a symbolic link. Never waits, as for a pipe.
std::optional<Range> find_own_range(const std::string& path,
                                    std::int64_t offset, std::size_t most);

}  // namespace orch::file
