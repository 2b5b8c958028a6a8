// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

namespace orch::checkin {

std::optional<std::int64_t> next_due(store::Store& store) {
  // Soonest first. What waits for an agent that does not run is due when it
  // runs again.
  for (const store::Checkin& c :
       store::list_checkins(store, store::Checkins::Waiting))
    if (const auto agent = store::find_agent(store, c.agent_id);
        agent && agent->desired == "running")
      return c.due_at;
  return std::nullopt;
}

}  // namespace orch::checkin
