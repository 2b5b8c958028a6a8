// SPDX-License-Identifier: MIT
#include "store/landings.h"

#include <algorithm>

#include "store/database.h"
#include "store/path_list.h"

namespace orch::store {
namespace {

constexpr char kSelect[] =
    "SELECT id, feature_id, agent_id, ref, commit_hash, into_ref, priority, "
    "status, reason, paths, landed_commit, backup_ref, method, told, "
    "queued_at, ended_at FROM landings ";

Landing row_of(const Statement& s) {
  return {.id = s.integer(0),
          .feature_id = s.integer(1),
          .agent_id = s.maybe_integer(2),
          .ref = s.text(3),
          .commit = s.text(4),
          .into = s.text(5),
          .priority = s.integer(6),
          .status = s.text(7),
          .reason = s.text(8),
          .paths = paths_from_json(s.text(9)),
          .landed_commit = s.text(10),
          .backup_ref = s.text(11),
          .method = s.text(12),
          .told = s.text(13),
          .queued_at = s.integer(14),
          .ended_at = s.maybe_integer(15)};
}

std::vector<Landing> rows_of(Statement& s) {
  std::vector<Landing> out;
  while (s.step()) out.push_back(row_of(s));
  return out;
}

std::optional<Landing> first_of(Statement& s) {
  if (!s.step()) return std::nullopt;
  return row_of(s);
}

}  // namespace

std::vector<Landing> list_open_landings(Store& store, const std::string& into) {
  Statement s(store.database(),
              std::string(kSelect) +
                  "WHERE into_ref = ? AND status IN ('queued', 'target-dirty') "
                  "ORDER BY id");
  s.bind(into);
  return rows_of(s);
}

std::vector<Landing> list_landings(Store& store, std::int64_t feature_id,
                                   std::size_t limit) {
  Statement s(
      store.database(),
      std::string(kSelect) + "WHERE feature_id = ? ORDER BY id DESC LIMIT ?");
  s.bind(feature_id, static_cast<std::int64_t>(limit));
  return rows_of(s);
}

std::optional<Landing> find_open_landing(Store& store, const std::string& ref,
                                         const std::string& into) {
  Statement s(store.database(), std::string(kSelect) +
                                    "WHERE ref = ? AND into_ref = ? AND "
                                    "status IN ('queued', 'target-dirty')");
  s.bind(ref, into);
  return first_of(s);
}

std::optional<Landing> find_last_landing(Store& store, const std::string& ref,
                                         const std::string& into,
                                         const std::string& status) {
  Statement s(store.database(),
              std::string(kSelect) +
                  "WHERE ref = ?1 AND into_ref = ?2 AND ended_at IS NOT NULL "
                  "AND (?3 = '' OR status = ?3) ORDER BY id DESC LIMIT 1");
  s.bind(ref, into, status);
  return first_of(s);
}

std::vector<Landing> list_last_landed(Store& store, const std::string& into) {
  // Those that land together share the backup of the target.
  Statement s(store.database(),
              std::string(kSelect) +
                  "WHERE into_ref = ?1 AND status = 'landed' AND backup_ref = "
                  "(SELECT backup_ref FROM landings WHERE into_ref = ?1 AND "
                  "status IN ('landed', 'undone') "
                  "ORDER BY ended_at DESC, id DESC LIMIT 1) ORDER BY id");
  s.bind(into);
  return rows_of(s);
}

std::int64_t next_landing_at(Store& store, const std::string& into,
                             std::int64_t now) {
  Statement s(store.database(),
              "SELECT max(?2, coalesce(max(ended_at) + 1, 0)) FROM landings "
              "WHERE into_ref = ?1 AND status IN ('landed', 'undone')");
  s.bind(into, now);
  s.step();
  return s.integer(0);
}

std::int64_t insert_landing(Store& store, const Landing& l) {
  Statement(store.database(),
            "INSERT INTO landings (feature_id, agent_id, ref, commit_hash, "
            "into_ref, priority, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(l.feature_id, l.agent_id, l.ref, l.commit, l.into, l.priority,
            l.queued_at)
      .run();
  return store.database().last_id();
}

void update_landing(Store& store, const Landing& l) {
  Statement(store.database(),
            "UPDATE landings SET commit_hash = ?, priority = ?, status = ?, "
            "reason = ?, paths = ?, landed_commit = ?, backup_ref = ?, "
            "method = ?, told = ?, ended_at = ? WHERE id = ?")
      .bind(l.commit, l.priority, l.status, l.reason, paths_to_json(l.paths),
            l.landed_commit, l.backup_ref, l.method, l.told, l.ended_at, l.id)
      .run();
}

}  // namespace orch::store
