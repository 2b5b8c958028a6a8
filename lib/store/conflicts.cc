// SPDX-License-Identifier: MIT
#include "store/conflicts.h"

#include "store/database.h"
#include "store/path_list.h"
#include "text/text.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, feature_id, a, b, kind, files, types, severity, source, "
    "a_commit, b_commit, resolved, notes, detected_at, resolved_at "
    "FROM conflicts ";

Conflict conflict_of(const Statement& s) {
  Conflict c;
  c.id = s.integer(0);
  c.feature_id = s.maybe_integer(1);
  c.a = s.text(2);
  c.b = s.text(3);
  c.kind = s.text(4);
  c.paths = paths_from_json(s.text(5));
  c.types = paths_from_json(s.text(6));
  c.severity = s.text(7);
  c.source = s.text(8);
  c.a_commit = s.text(9);
  c.b_commit = s.text(10);
  c.resolved = s.integer(11) != 0;
  c.notes = s.maybe_text(12);
  c.detected_at = s.integer(13);
  c.resolved_at = s.maybe_integer(14);
  return c;
}

std::vector<Conflict> list(Store& store, std::int64_t feature_id,
                           bool resolved) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE (?2 OR resolved = 0) AND (?1 = 0 OR feature_id = ?1) "
                  "ORDER BY id");
  s.bind(feature_id, resolved ? 1 : 0);
  std::vector<Conflict> out;
  while (s.step()) out.push_back(conflict_of(s));
  return out;
}

}  // namespace

std::string conflict_text(const Conflict& c) {
  return c.a + " and " + c.b + " (" + c.kind +
         "): " + text::join(c.paths, ", ");
}

std::vector<Conflict> list_open_conflicts(Store& store,
                                          std::int64_t feature_id) {
  return list(store, feature_id, false);
}

std::vector<Conflict> list_conflicts(Store& store, std::int64_t feature_id) {
  return list(store, feature_id, true);
}

std::optional<Conflict> find_conflict(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return conflict_of(s);
}

std::int64_t insert_conflict(Store& store, const Conflict& c) {
  Statement(store.database(),
            "INSERT INTO conflicts(feature_id, a, b, kind, files, types, "
            "severity, source, a_commit, b_commit, notes, detected_at, "
            "resolved, resolved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(c.feature_id, c.a, c.b, c.kind, paths_to_json(c.paths),
            paths_to_json(c.types), c.severity, c.source, c.a_commit,
            c.b_commit, c.notes, c.detected_at, c.resolved ? 1 : 0,
            c.resolved_at)
      .run();
  return store.database().last_id();
}

void update_conflict(Store& store, const Conflict& c) {
  Statement(store.database(),
            "UPDATE conflicts SET files = ?, types = ?, a_commit = ?, "
            "b_commit = ? WHERE id = ?")
      .bind(paths_to_json(c.paths), paths_to_json(c.types), c.a_commit,
            c.b_commit, c.id)
      .run();
}

void resolve_conflict(Store& store, std::int64_t id, const std::string& notes,
                      std::int64_t at) {
  Statement(store.database(),
            "UPDATE conflicts SET resolved = 1, resolved_at = ?, notes = ? "
            "WHERE id = ? AND resolved = 0")
      .bind(at, notes, id)
      .run();
}

bool is_settled(Store& store, const std::string& a, const std::string& b,
                const std::string& kind, const std::string& a_commit,
                const std::string& b_commit) {
  Statement s(store.database(),
              "SELECT 1 FROM conflicts WHERE source = 'predicted' "
              "AND resolved = 1 AND a = ? AND b = ? AND kind = ? "
              "AND a_commit = ? AND b_commit = ? AND notes IS NOT ?");
  s.bind(a, b, kind, a_commit, b_commit, kMergesCleanly);
  return s.step();
}

}  // namespace orch::store
