// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "drill/arena.h"
#include "drill/deeds.h"
#include "drill/report.h"
#include "history/records.h"

// What has to hold when many agents have worked side by side; private to
// `drill`.
namespace orch::drill {

// A branch of an overseer's stays where it is, or each commit there would be
// told to all the others.
bool is_committer(const std::string& agent);

// What else a person does, so that the history holds all that is checked: when
// nothing is measured any more, and check-ins go to those who do not commit.
void act(const Arena& arena, const std::vector<std::string>& running,
         Deeds& deeds);
// Whether the check-ins of it have been sent.
bool has_checked_in(const Arena& arena, const history::Witness& witness);

// Objects, the store, an event for each commit of an agent, and the history
// since `before`, with what came to the agents and what was acknowledged.
std::vector<Finding> check_load(const Arena& arena,
                                const history::Records& before,
                                const history::Witness& witness);

}  // namespace orch::drill
