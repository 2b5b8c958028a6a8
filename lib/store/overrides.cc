// SPDX-License-Identifier: MIT
#include "store/overrides.h"

#include "store/database.h"

namespace orch::store {

std::vector<Override> list_overrides(Store& store, std::int64_t now) {
  Statement s(store.database(),
              "SELECT id, guard, agent_id, reason, created_at, expires_at "
              "FROM overrides WHERE expires_at > ? ORDER BY id");
  s.bind(now);
  std::vector<Override> out;
  while (s.step())
    out.push_back(
        {.id = s.integer(0),
         .guard = s.text(1),
         .agent_id = s.is_null(2) ? std::nullopt : std::optional(s.integer(2)),
         .reason = s.text(3),
         .at = s.integer(4),
         .expires_at = s.integer(5)});
  return out;
}

std::int64_t insert_override(Store& store, const Override& row) {
  Statement(
      store.database(),
      "INSERT INTO overrides (guard, agent_id, reason, created_at, expires_at) "
      "VALUES (?, ?, ?, ?, ?)")
      .bind(row.guard, row.agent_id, row.reason, row.at, row.expires_at)
      .run();
  return store.database().last_id();
}

int end_overrides(Store& store, const std::string& guard, std::int64_t now) {
  Statement(store.database(),
            "UPDATE overrides SET expires_at = ?2 WHERE expires_at > ?2 AND "
            "(?1 = '' OR guard = ?1)")
      .bind(guard, now)
      .run();
  return store.database().changes();
}

std::vector<Intent> list_intents(Store& store, const std::string& ref) {
  Statement s(
      store.database(),
      "SELECT id, ref, old_commit, new_commit, pid, pid_start, created_at "
      "FROM intents WHERE ref = ? AND status = 'open'");
  s.bind(ref);
  std::vector<Intent> out;
  while (s.step())
    out.push_back({s.integer(0), s.text(1), s.text(2), s.text(3), s.integer(4),
                   s.integer(5), s.integer(6)});
  return out;
}

std::int64_t insert_intent(Store& store, const Intent& i) {
  Statement(store.database(),
            "INSERT INTO intents (ref, old_commit, new_commit, pid, pid_start, "
            "created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)")
      .bind(i.ref, i.from, i.to, i.pid, i.pid_start, i.at)
      .run();
  return store.database().last_id();
}

void end_intent(Store& store, std::int64_t id, const std::string& status,
                std::int64_t at) {
  Statement(store.database(),
            "UPDATE intents SET status = ?, ended_at = ? WHERE id = ?")
      .bind(status, at, id)
      .run();
}

}  // namespace orch::store
