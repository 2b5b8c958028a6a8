// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "integrate/candidate.h"

// What is written of a branch that landed, or did not: its row, an event, and
// one message to its agent for one and the same thing. Private to this module.
namespace orch::integrate {

// They have landed: the rows say as what already. In one transaction.
void record_landed(const Repository& repository, store::Store& store,
                   const store::Feature& feature,
                   const std::vector<store::Landing>& rows);

// It has not; `detail` and `log` are for its agent.
Item reject(store::Store& store, const Request& request, const Part& part,
            Item item);

// It waits because of the target's worktree: its agent, and whoever has that
// worktree, are told once.
Item keep_waiting(store::Store& store, const Request& request, const Part& part,
                  Item item, const std::string& worktree);

// A collision as both sides have it, for the agent's message. Asks git; may be
// empty.
std::string hunks_of(const Repository& repository, store::Store& store,
                     const Request& request, const Part& part,
                     const std::string& into, const std::string& onto,
                     const std::vector<std::string>& paths);

}  // namespace orch::integrate
