// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/overrides.h"

// A person lets a guard pass for a while; every override is an event.
namespace orch::guard {

using repository::Repository;

// "guards.refs", "guards.paths" …
std::vector<std::string> guard_names();

// Lets `guard` pass, in the worktree of `agent` or of all, for `for_ms`. An
// agent may not: Error{RefusedByPolicy}. Throws Error{UnknownName} with the
// nearest guard, Error{Usage} without a reason.
store::Override grant(const Repository& repository, store::Store& store,
                      const std::string& guard,
                      const std::optional<store::Agent>& agent,
                      const std::string& reason, std::int64_t for_ms);

// Ends what holds of `guard`, of all when it is empty; how many.
int revoke(const Repository& repository, store::Store& store,
           const std::string& guard);

}  // namespace orch::guard
