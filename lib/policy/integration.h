// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What the policy says about how branches come into the integration branch.
namespace orch::policy {

struct Integration {
  std::string method = "merge";  // merge, squash, rebase
  // "age", "conflicts", or roles, the first of which lands first; those that
  // are not named land behind them, by age.
  std::vector<std::string> order = {"age"};
  // Lines for a shell that must all pass on a tree before it lands; none: the
  // test of the overseer's role.
  std::vector<std::string> gates;
  std::int64_t gate_timeout_ms = 30 * 60000;
  // "each": every commit that the integration branch will have been at;
  // "batch": only the newest of those that land together.
  std::string test = "each";
  std::int64_t jobs = 0;  // gates side by side; 0: as many as there are cores
};

}  // namespace orch::policy
