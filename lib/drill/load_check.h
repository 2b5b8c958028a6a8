// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "drill/arena.h"
#include "drill/report.h"
#include "history/records.h"

// What has to hold when many agents have worked side by side; private to
// `drill`.
namespace orch::drill {

// Objects, the store, an event for each commit of an agent, and the history
// since `before`.
std::vector<Finding> check_load(const Arena& arena,
                                const history::Records& before);

}  // namespace orch::drill
