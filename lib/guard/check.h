// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "repository/repository.h"
#include "store/features.h"

// How things stand against the policy: the guards' own state, what passed them,
// and the thresholds.
namespace orch::guard {

using repository::Repository;

struct Check {
  std::string subject;  // an agent's address, or a feature
  std::string rule;     // "guards.paths", "thresholds.behind"
  bool ok = true;
  std::string detail;
};
// For every agent with a worktree of the features that are in progress, or for
// `only` one of them.
std::vector<Check> check_policy(const Repository& repository,
                                store::Store& store,
                                const policy::Policy& policy,
                                const std::optional<store::Agent>& only);

// The agents in whose worktrees git does not run the guards as it should, each
// with the reason. Throws Error{Usage} for a broken policy or role.
std::vector<std::string> unguarded(const Repository& repository,
                                   store::Store& store);

}  // namespace orch::guard
