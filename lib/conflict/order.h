// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "conflict/conflict.h"

namespace orch::conflict {

// One branch on its way into the integration branch.
struct Landing {
  std::string name;
  std::string commit;
  bool clean = false;
  std::vector<std::string> paths;  // in conflict with what has landed before
  std::vector<std::string> with;   // the landed ones that it conflicts with
};

// Whether it lands, and else where it conflicts with whom, in words.
std::string reason_of(const Landing& landing);

struct Order {
  std::vector<Landing>
      landings;            // those that land without anybody's work first
  std::size_t merges = 0;  // how many merges were looked at
  bool is_best = false;    // whether every order was considered
};

// The order in which the most branches land on `onto` without a conflict, each
// merged into the result of those before it, and the rest conflict in the
// fewest files. Up to eight branches, every order is considered; beyond, the
// one that stands in the fewest others' way goes first. Sides that `onto` holds
// already are left out. Verdicts and result trees are git's.
Order propose_order(const Repository& repository,
                    const git::Quarantine& quarantine, const std::string& onto,
                    const std::vector<Side>& sides);

}  // namespace orch::conflict
