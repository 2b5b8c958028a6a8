// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "repository/repository.h"
#include "store/store.h"

// Notices work that does not go on: what is not committed, agents from which
// nothing comes, agents that only talk to each other. The figures are
// thresholds of the policy. What was said is an event, so a second run says
// nothing new.
namespace orch::stall {

using repository::Repository;

// Agents of features in progress that run; none that waits for a person, for
// the end of a limit or for whoever paused it. Returns how much was said.
// - Uncommitted work older than the role's `commit_every` (or
//   thresholds.commit_age): the agent is told, once in that time.
// - An idle agent without a sign of life for thresholds.stall_age: it is told,
//   again after thresholds.stall_cool_down, thresholds.stall_reminders times in
//   a row; then its overseer is, once; of an overseer there is only the event.
// - Two agents that wrote thresholds.loop_messages to each other within
//   thresholds.loop_window without a commit, or one that wrote the same text
//   thresholds.loop_repeats times: the overseer is told, once in
//   thresholds.loop_cool_down.
int run(const Repository& repository, store::Store& store, std::int64_t now);

// When there may be something to say that no hook tells of; absent: nothing is
// waited for.
std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now);

}  // namespace orch::stall
