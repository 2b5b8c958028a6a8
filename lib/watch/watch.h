// SPDX-License-Identifier: MIT
#pragma once

#include "repository/repository.h"
#include "store/store.h"

// Agents that want to know of other agents' commits (the role key
// `notify_on_commit_of`, with `watch` naming the paths that matter).
namespace orch::watch {

using repository::Repository;

// From now on commits are told; a store that has begun is left alone.
void begin(store::Store& store);

// Queues one message for every commit event that was recorded since the last
// call and every agent of that feature whose role watches the committer's. How
// far it came is kept in the store and moves in the same transaction: killed
// anywhere, each is told once. In a store that has not begun it begins. Returns
// the number of messages.
int tell_watchers(const Repository& repository, store::Store& store);

}  // namespace orch::watch
