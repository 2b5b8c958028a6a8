// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "integrate/candidate.h"

// Who is in the merge queue, and in which order. Private to this module.
namespace orch::integrate {

// Queues what the request asks for and is not queued yet, and brings the rows
// up to date with the branches: one that is gone, or has nothing of its own any
// more, is withdrawn. Returns the open ones that the request means, in the
// order in which they are to land; `nothing`: why there are none.
std::vector<Part> choose(const Repository& repository, store::Store& store,
                         const Request& request, const std::string& into,
                         std::string* nothing);

// The same rows as they are now: of a branch that has moved, its new tip.
// `nothing`: why one of them is none any more.
std::vector<Part> refresh(const Repository& repository, store::Store& store,
                          const Request& request, const std::string& into,
                          const std::vector<Part>& parts, std::string* nothing);

// One that waits longer comes before: an hour is worth one of priority.
std::int64_t aged_priority(const store::Landing& row, std::int64_t now);

}  // namespace orch::integrate
