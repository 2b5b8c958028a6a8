// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "drill/arena.h"

// Objects and refs of an arena, as git sees them. Private to `drill`.
namespace orch::drill {

// The lines in which `git fsck` says that something is broken; empty: it has
// nothing to say. It reads the objects first and the indexes last, and takes
// what is added meanwhile for missing: only what it says twice is so.
std::vector<std::string> broken_in(const Arena& arena);

// Those of `first` that `second` has, too.
std::vector<std::string> said_twice(const std::vector<std::string>& first,
                                    const std::vector<std::string>& second);

}  // namespace orch::drill
