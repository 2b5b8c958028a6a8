// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "furnishing/furnishing.h"

// The commands of a role that set a worktree up; private to `furnishing`.
namespace orch::furnishing {

// Runs them one after the other in the agent's directory with `variables`,
// unless the same ones have all succeeded there with the same variables. What
// they print is kept in `log/setup-<agent id>`. Throws Error{Timeout, Io} with
// its last lines.
void run_setup(const Repository& repository, const store::Agent& agent,
               const role::Furnishing& furnishing, const Variables& variables,
               const Listener& listener);

}  // namespace orch::furnishing
