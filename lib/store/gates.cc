// SPDX-License-Identifier: MIT
#include "store/gates.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kSelect[] =
    "SELECT id, tree, command, result, reason, duration_ms, flaky, log, "
    "commit_hash, created_at FROM gates ";

std::vector<Gate> rows_of(Statement& s) {
  std::vector<Gate> out;
  while (s.step())
    out.push_back({.id = s.integer(0),
                   .tree = s.text(1),
                   .command = s.text(2),
                   .result = s.text(3),
                   .reason = s.text(4),
                   .duration_ms = s.maybe_integer(5),
                   .flaky = s.integer(6) != 0,
                   .log = s.text(7),
                   .commit = s.text(8),
                   .at = s.integer(9)});
  return out;
}

}  // namespace

std::vector<Gate> list_gates(Store& store, const std::string& tree,
                             const std::string& command) {
  Statement s(
      store.database(),
      std::string(kSelect) + "WHERE tree = ? AND command = ? ORDER BY id");
  s.bind(tree, command);
  return rows_of(s);
}

std::vector<Gate> list_newest_gates(Store& store, std::size_t limit) {
  Statement s(store.database(),
              std::string(kSelect) + "ORDER BY id DESC LIMIT ?");
  s.bind(static_cast<std::int64_t>(limit));
  return rows_of(s);
}

std::int64_t last_gate(Store& store) {
  Statement s(store.database(), "SELECT coalesce(max(id), 0) FROM gates");
  s.step();
  return s.integer(0);
}

std::int64_t insert_gate(Store& store, const Gate& g) {
  Statement(store.database(),
            "INSERT INTO gates (tree, command, result, reason, duration_ms, "
            "flaky, log, commit_hash, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(g.tree, g.command, g.result, g.reason, g.duration_ms,
            g.flaky ? 1 : 0, g.log, g.commit, g.at)
      .run();
  return store.database().last_id();
}

}  // namespace orch::store
