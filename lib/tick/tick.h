// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/report.h"
#include "repository/repository.h"
#include "store/store.h"

// One bounded pass over everything that is due. Any hook and any verb may run
// it; running it twice changes nothing the second time.
namespace orch::tick {

using repository::Repository;

struct Ran {
  std::string what;
  int count = 0;
};

struct Outcome {
  std::vector<Ran> ran;
  int left = 0;  // kinds of work that the budget did not reach
  std::int64_t ms = 0;
};

// `budget_ms` 0: until nothing due is left. What a budget did not reach is what
// the next pass with a budget begins with.
Outcome run(const Repository& repository, store::Store& store,
            std::int64_t budget_ms);

// The same for a hook's detached child: at most one runs and one waits, so a
// burst of commits costs two passes. Returns at once when another waits
// already, since that one will see our work. One of them stays while something
// is due in a moment: a pane that was just typed into, an agent that comes back
// after a crash.
void run_behind_hook(const Repository& repository, std::int64_t budget_ms);

// One pass of the daemon, in its turn, without a budget; returns what to wait
// for. Throws what a pass throws.
daemon::Report run_for_daemon(const Repository& repository);

// What is due by the clock: the first of each kind, the soonest first.
struct Next {
  std::string what;
  std::int64_t at = 0;
};
std::vector<Next> next_due(const Repository& repository, store::Store& store,
                           std::int64_t now);

// Whether a daemon is to be started when something waits for one: orch.daemon
// is "auto" (the default, and what a value that cannot be read stands for), and
// nobody has stopped it by `daemon stop`.
bool wants_daemon(const Repository& repository, store::Store& store);
// Throws Error{Usage} for a value of orch.daemon that cannot be read.
void require_daemon_mode(const Repository& repository);
// What that has said last. Within no Transaction.
void set_daemon_wanted(store::Store& store, bool wanted);

// When the last tick ended; 0: never.
std::int64_t last_run(store::Store& store);

}  // namespace orch::tick
