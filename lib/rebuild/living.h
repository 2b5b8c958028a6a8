// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "repository/repository.h"
#include "store/features.h"

// Agents that run though no row says so; private to `rebuild`.
namespace orch::rebuild {

// Completes those rows whose agent runs in their worktree under a launcher of
// this repository: number, run, processes, pane and runtime. That they are busy
// is a guess, which the next look at their panes corrects.
void complete_from_processes(const repository::Repository& repository,
                             std::vector<store::Agent>& agents);

}  // namespace orch::rebuild
