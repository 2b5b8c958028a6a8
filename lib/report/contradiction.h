// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/report.h"
#include "store/contradictions.h"

// Two reports of different agents that disagree on one topic.
namespace orch::report {

// done and ready disagree with blocked and failed; progress with nothing.
bool disagree(const std::string& a, const std::string& b);
bool agree(const std::string& a, const std::string& b);

// Looks at the newest report of `role` on the topic: what it takes back is
// resolved, what it disagrees with becomes a contradiction, of which the
// overseer is told with both quotes. Within a Transaction.
std::vector<Sent> compare(store::Store& store, const store::Feature& feature,
                          const std::string& role, const std::string& topic,
                          std::int64_t now);

}  // namespace orch::report
