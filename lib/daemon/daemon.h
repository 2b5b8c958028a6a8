// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "process/process.h"
#include "repository/repository.h"

// The optional process that ticks, so that due work is prompt. It opens no
// store and decides nothing: it sleeps until something is due or has happened
// and runs `git-orch-tick --report`, which says what to wait for next. So it is
// small, and neither a new version nor a damaged store can break it.
namespace orch::daemon {

using repository::Repository;

// Who holds the repository's lock; absent: no daemon runs. A `pid` of 0 is one
// that has not yet said who it is.
std::optional<process::Identity> find_holder(const std::string& orch_dir);

// Starts one that outlives us, and does not wait. Several at once are one: the
// kernel's lock decides. False when its program cannot be started.
bool start(const Repository& repository);
// Waits until one runs (`Runs`) or none does. False when it takes longer.
enum class Await { Runs, Ended };
bool await(const std::string& orch_dir, Await what, int timeout_ms);

// Ends the one that runs: SIGTERM by pid and start time, and SIGKILL when that
// has not ended it in ten seconds. False when none ran. Throws Error{Timeout}.
bool stop(const std::string& orch_dir);

// Tells the daemon that there is something to do. False when none runs, or when
// one does not listen any more (stopped, hung): then it is for somebody else.
bool ring(const std::string& orch_dir);

// How it came to its end.
enum class End {
  NothingLives,  // no agent, nothing that waits
  Told,          // by a signal
  Gone,          // the repository, or our program
};
// Serves until there is nothing to wait for. `lock` is a descriptor that holds
// the lock already (-1: none), handed over by the version that we replace.
// Throws Error{Exists} when another daemon runs.
End serve(const Repository& repository, int lock);

}  // namespace orch::daemon
