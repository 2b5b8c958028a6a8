// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"
#include "store/store.h"

// Private to `guard`.
namespace orch::guard {

// A digest of everything that rules and hooks of agents' worktrees are made of,
// and of what was made: while it stays, there is nothing to do. Looks at times
// and sizes of files; no process.
std::string stamp_of(const repository::Repository& repository,
                     store::Store& store, std::int64_t now_ms);

}  // namespace orch::guard
