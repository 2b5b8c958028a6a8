// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "repository/repository.h"

namespace orch::git {

// What the files of branches, tags, replacements and of our own refs look like:
// names, inodes, sizes and times. As long as it stays the same, no ref has
// moved. Absent when one was written a moment ago, since a file's time may then
// stand still over another write. No process, and no ref is read.
std::optional<std::string> refs_stamp(const repository::Repository& repository);

}  // namespace orch::git
