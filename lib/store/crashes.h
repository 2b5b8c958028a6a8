// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Runs of agents that ended without having been told to.
namespace orch::store {

struct Crash {
  std::int64_t agent_id = 0;
  std::string run;
  std::int64_t at = 0;
  std::optional<std::int64_t> exit_status;  // absent: nobody saw how
  std::string log;                          // the last lines of the pane
};

// False when this run is known already. Within a Transaction.
bool insert_crash(Store& store, const Crash& crash);
bool is_crash_known(Store& store, const std::string& run);
// Those after `since`, oldest first.
std::vector<Crash> list_crashes(Store& store, std::int64_t agent_id,
                                std::int64_t since);

}  // namespace orch::store
