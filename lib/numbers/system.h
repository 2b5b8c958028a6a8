// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/value.h"
#include "repository/repository.h"
#include "store/store.h"
#include "vitals/vitals.h"

// How the machine and the suite on it are doing.
namespace orch::numbers {

struct System {
  vitals::Vitals machine;
  std::int64_t agents_running = 0;
  std::int64_t panes = 0;
  std::optional<std::int64_t> tmux_ms;  // one question to its server, when it
                                        // runs
  std::optional<std::int64_t> git_ms;   // one question to git
  std::int64_t store_bytes = 0;         // its log included
  std::int64_t spool_records = 0;       // that nobody has folded yet
  std::int64_t events = 0;
};

// `store` may be null: there is none. Takes a tenth of a second, in which it
// sleeps. `spool_records` is left to who folds.
System look_at_system(const repository::Repository& repository,
                      store::Store* store);
json::Object system_json(const System& system);

// What is to be done, in words; none when all is well.
struct Advice {
  std::string what;  // cpu, memory, swap, disk, agents
  std::string text;
};
std::vector<Advice> advise(const System& system);

}  // namespace orch::numbers
