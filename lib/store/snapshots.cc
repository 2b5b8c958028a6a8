// SPDX-License-Identifier: MIT
#include "store/snapshots.h"

#include "store/database.h"

namespace orch::store {

void insert_snapshot(Store& store, const Snapshot& s) {
  Statement(store.database(),
            "INSERT OR REPLACE INTO snapshots(agent, ref, commit_hash, reason, "
            "paths, taken_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(s.agent, s.ref, s.commit, s.reason, std::to_string(s.paths),
            s.taken_at)
      .run();
}

std::vector<Snapshot> list_snapshots(Store& store) {
  Statement q(store.database(),
              "SELECT id, agent, ref, commit_hash, reason, paths, taken_at "
              "FROM snapshots WHERE dropped_at IS NULL ORDER BY id");
  std::vector<Snapshot> out;
  while (q.step()) {
    Snapshot s;
    s.id = q.integer(0);
    s.agent = q.text(1);
    s.ref = q.text(2);
    s.commit = q.text(3);
    s.reason = q.text(4);
    s.paths = static_cast<std::size_t>(q.integer(5));
    s.taken_at = q.integer(6);
    out.push_back(std::move(s));
  }
  return out;
}

}  // namespace orch::store
