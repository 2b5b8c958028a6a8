// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "policy/worktree_rules.h"

// By its time and size, whether a file that rules were made of has changed.
// Hook programs link this.
namespace orch::installation {

policy::Source source_of(const std::string& path);
bool is_as_it_was(const policy::Source& source);

}  // namespace orch::installation
