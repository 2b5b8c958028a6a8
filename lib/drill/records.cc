// SPDX-License-Identifier: MIT
#include "drill/records.h"

#include "store/history.h"

namespace orch::drill {

std::optional<history::Records> find_records(const Arena& arena) {
  auto store = store::Store::find(arena.handle().orch_dir());
  if (!store) return std::nullopt;
  history::Records out = store::read_history(*store);
  for (history::Agent& a : out.agents)
    a.lives = a.pid != 0 &&
              process::is_alive({static_cast<pid_t>(a.pid),
                                 static_cast<std::uint64_t>(a.pid_start)});
  return out;
}

}  // namespace orch::drill
