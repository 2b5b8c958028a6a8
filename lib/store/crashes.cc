// SPDX-License-Identifier: MIT
#include "store/crashes.h"

#include "store/database.h"

namespace orch::store {

bool insert_crash(Store& store, const Crash& c) {
  Statement s(store.database(),
              "INSERT INTO agent_crashes(agent_id, run, at, exit_status, log) "
              "VALUES (?, ?, ?, ?, ?) ON CONFLICT(run) DO NOTHING "
              "RETURNING id");
  s.bind(c.agent_id, c.run, c.at, c.exit_status, c.log);
  return s.step();
}

bool is_crash_known(Store& store, const std::string& run) {
  Statement s(store.database(), "SELECT 1 FROM agent_crashes WHERE run = ?");
  s.bind(run);
  return s.step();
}

std::vector<Crash> list_crashes(Store& store, std::int64_t agent_id,
                                std::int64_t since) {
  Statement s(store.database(),
              "SELECT agent_id, run, at, exit_status, log FROM agent_crashes "
              "WHERE agent_id = ? AND at > ? ORDER BY at, id");
  s.bind(agent_id, since);
  std::vector<Crash> out;
  while (s.step())
    out.push_back(
        {s.integer(0), s.text(1), s.integer(2), s.maybe_integer(3), s.text(4)});
  return out;
}

}  // namespace orch::store
