// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "repository/repository.h"
#include "role/role.h"
#include "store/features.h"

// What an agent finds when it starts: files that its branch does not hold, what
// its role's commands have set up, and an environment with ports of its own.
namespace orch::furnishing {

using repository::Repository;

// Whom to tell what; either may be empty.
struct Listener {
  std::function<void(const std::string&)> note;      // worth knowing
  std::function<void(const std::string&)> progress;  // what goes on
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// Brings all of it about, as far as it is not there yet, and returns the role's
// variables. Call it before the agent starts; of two calls for one agent the
// second waits. `role` is null when there is no file for it. Throws
// Error{Usage} for a bad orch.portRange, Error{Contended} when no port is free,
// Error{Timeout} when set-up takes too long, and Error{Io} when it fails.
Variables furnish(const Repository& repository, const config::Config& config,
                  store::Store& store, const store::Agent& agent,
                  const role::Role* role, const Listener& listener);

}  // namespace orch::furnishing
