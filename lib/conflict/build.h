// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>

#include "conflict/sides.h"

// Merge commits of resolved conflicts; private to `conflict`.
namespace orch::conflict {

// git's merge of both commits with every file of `compared` as `files` says
// (absent: deleted), files that it does not name deleted, as a commit of ours
// with both as its parents, whose objects are in the repository. Throws
// Error{Io}.
std::string build_merge(
    const Repository& repository, const Comparison& compared,
    const std::map<std::string, std::optional<std::string>>& files,
    const std::string& message);

}  // namespace orch::conflict
