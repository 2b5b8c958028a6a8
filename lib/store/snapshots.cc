// SPDX-License-Identifier: MIT
#include "store/snapshots.h"

#include <cstdlib>

#include "store/database.h"
#include "store/path_list.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, agent, ref, commit_hash, reason, paths, taken_at "
    "FROM snapshots WHERE dropped_at IS NULL ";

Snapshot snapshot_of(const Statement& q) {
  Snapshot s;
  s.id = q.integer(0);
  s.agent = q.text(1);
  s.ref = q.text(2);
  s.commit = q.text(3);
  s.reason = q.text(4);
  // Rows of earlier versions hold only how many there are.
  const std::string paths = q.text(5);
  s.names = paths_from_json(paths);
  s.paths = s.names.empty() ? std::strtoull(paths.c_str(), nullptr, 10)
                            : s.names.size();
  s.taken_at = q.integer(6);
  return s;
}

}  // namespace

std::int64_t insert_snapshot(Store& store, const Snapshot& s) {
  Statement(store.database(),
            "INSERT INTO snapshots(agent, ref, commit_hash, reason, paths, "
            "taken_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(ref) DO NOTHING")
      .bind(s.agent, s.ref, s.commit, s.reason,
            s.names.empty() ? std::to_string(s.paths) : paths_to_json(s.names),
            s.taken_at)
      .run();
  Statement id(store.database(), "SELECT id FROM snapshots WHERE ref = ?");
  id.bind(s.ref);
  return id.step() ? id.integer(0) : 0;
}

std::vector<Snapshot> list_snapshots(Store& store) {
  Statement q(store.database(), std::string(kColumns) + "ORDER BY id");
  std::vector<Snapshot> out;
  while (q.step()) out.push_back(snapshot_of(q));
  return out;
}

std::optional<Snapshot> find_snapshot(Store& store, std::int64_t id) {
  Statement q(store.database(), std::string(kColumns) + "AND id = ?");
  q.bind(id);
  if (!q.step()) return std::nullopt;
  return snapshot_of(q);
}

bool has_snapshot_ref(Store& store, const std::string& ref) {
  Statement q(store.database(), "SELECT 1 FROM snapshots WHERE ref = ?");
  q.bind(ref);
  return q.step();
}

void mark_snapshot_dropped(Store& store, std::int64_t id, std::int64_t at) {
  Statement(store.database(),
            "UPDATE snapshots SET dropped_at = ? "
            "WHERE id = ? AND dropped_at IS NULL")
      .bind(at, id)
      .run();
}

}  // namespace orch::store
