// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace orch::file {

// The whole of a file that is read without anybody having named it: absent
// when it does not exist; throws when it is no regular file (a pipe there would
// be waited for, and a device has no end). Symbolic links are followed.
std::optional<std::string> find_regular(const std::string& path);

}  // namespace orch::file
