// SPDX-License-Identifier: MIT
#include "store/syncs.h"

#include "store/database.h"

namespace orch::store {

Sync find_sync(Store& store, std::int64_t agent_id) {
  Statement s(store.database(),
              "SELECT upstream, method, synced_at, told, message_id "
              "FROM syncs WHERE agent_id = ?");
  s.bind(agent_id);
  Sync out;
  out.agent_id = agent_id;
  if (!s.step()) return out;
  out.upstream = s.maybe_text(0);
  out.method = s.maybe_text(1);
  out.synced_at = s.maybe_integer(2);
  out.told = s.maybe_text(3);
  out.message_id = s.maybe_integer(4);
  return out;
}

void put_sync(Store& store, const Sync& sync) {
  Statement(store.database(),
            "INSERT INTO syncs (agent_id, upstream, method, synced_at, told, "
            "message_id) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT(agent_id) DO UPDATE SET upstream = excluded.upstream, "
            "method = excluded.method, synced_at = excluded.synced_at, "
            "told = excluded.told, message_id = excluded.message_id")
      .bind(sync.agent_id, sync.upstream, sync.method, sync.synced_at,
            sync.told, sync.message_id)
      .run();
}

}  // namespace orch::store
