// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error/error.h"
#include "launch/launch.h"
#include "queue/state.h"
#include "repository/repository.h"
#include "store/queue_attempts.h"

// The batch queue: specifications become features one after the other, each
// started by a tick. What was added is what is launched, whatever becomes of
// the file.
namespace orch::queue {

using repository::Repository;

// --- Work ------------------------------------------------------------------

// Sees what became of the items that run, and starts the next ones where the
// queue is on. Never waits for a launch: a detached child does it. Returns how
// many items changed; 0 also while another process is at it.
int run_due(const Repository& repository, store::Store& store,
            std::int64_t now);
// When there is something to do by the clock; absent: nothing.
std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now);

// Throws Error{Usage} for a value of orch.queueTimeLimit or orch.queueRetries
// that cannot be read; ticks do as if it were not set.
void require_rules(const Repository& repository);

// What that child does: launches the item that waits for it, and writes down
// what came of it, which is thrown, too. Absent when there is nothing to do for
// it: another one is at it, or the item was cancelled.
std::optional<launch::Launched> launch_item(
    const Repository& repository, store::Store& store, std::int64_t id,
    const furnishing::Listener& listener);
// Where it says what it does.
std::string log_path(const Repository& repository, std::int64_t id);

// --- By hand ---------------------------------------------------------------

// Why there is no such item.
Error no_item(std::int64_t id);
// Throws Error{UnknownName}.
store::QueueItem require_item(store::Store& store, std::int64_t id);

// Each returns the item as it is then. Throw Error{Usage}, with the command
// that fits, for an item whose state does not allow it, and Error{Exists} when
// another item waits with the same text by now.
store::QueueItem pause(store::Store& store, std::int64_t id);
store::QueueItem resume(store::Store& store, std::int64_t id);
// A failed one is tried again at once; `fresh`: beside what is there, which
// stays.
enum class Retry { GoOn, Fresh };
store::QueueItem retry(store::Store& store, std::int64_t id, Retry how,
                       std::int64_t now);
// Throws what retry would throw.
void require_retry(store::Store& store, const store::QueueItem& item);
// A failed or dead one waits again, as if it had never been tried. One that
// runs only with Force::Yes: its agents are stopped first, their open work
// saved as snapshots.
enum class Force { No, Yes };
store::QueueItem reset(const Repository& repository, store::Store& store,
                       std::int64_t id, Force force);
// It ends as dead. Its agents are stopped as by reset; branches, worktrees and
// commits stay.
store::QueueItem cancel(const Repository& repository, store::Store& store,
                        std::int64_t id);
// Only of ended ones.
void remove(const Repository& repository, store::Store& store, std::int64_t id);

// Asks an agent CLI (see launch/adviser.h) what to do about the item's last
// attempt and keeps the answer with it. Throws as launch::advise, and
// Error{Usage} when nothing has failed.
store::QueueAttempt advise(const Repository& repository, store::Store& store,
                           const store::QueueItem& item,
                           const std::string& command,
                           const launch::Tell& tell);

// The failed items of that batch, or of the newest one that has any. Throws
// Error{UnknownName} when there is none.
std::vector<store::QueueItem> failed_of(store::Store& store,
                                        std::optional<std::int64_t> batch);

// The actions that the item's state allows: "retry", "reset".
std::vector<std::string> legal_actions(const store::QueueItem& item);

}  // namespace orch::queue
