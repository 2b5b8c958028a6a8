// SPDX-License-Identifier: MIT
#include "store/blockers.h"

#include "store/database.h"
#include "store/events.h"
#include "store/features.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT b.id, b.feature_id, f.spec_id, b.role, b.blocker_type, "
    "b.description, b.blocking_agent, b.status, b.notes, b.created_at, "
    "b.resolved_at FROM blockers b JOIN features f ON f.id = b.feature_id ";

Blocker blocker_of(const Statement& s) {
  Blocker b;
  b.id = s.integer(0);
  b.feature_id = s.integer(1);
  b.spec_id = s.text(2);
  b.role = s.text(3);
  b.type = s.text(4);
  b.description = s.text(5);
  b.blocking_agent = s.maybe_text(6);
  b.status = s.text(7);
  b.notes = s.maybe_text(8);
  b.created_at = s.integer(9);
  b.resolved_at = s.maybe_integer(10);
  return b;
}

void log_event(Store& store, const Blocker& b, const char* type,
               std::int64_t at) {
  Event e;
  e.spec_id = b.spec_id;
  e.role = b.role;
  e.type = type;
  e.message = b.description;
  e.at = at;
  insert_event(store, e);
}

void change_status(Store& store, const Blocker& b, const char* from,
                   const char* to) {
  auto agent = find_agent(store, b.spec_id + "/" + b.role);
  if (!agent || (*from && agent->status != from)) return;
  agent->status = to;
  update_agent(store, *agent);
}

}  // namespace

std::int64_t insert_blocker(Store& store, const Blocker& b) {
  Statement(store.database(),
            "INSERT INTO blockers(feature_id, role, blocker_type, description, "
            "blocking_agent, status, notes, created_at, resolved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(b.feature_id, b.role, b.type, b.description, b.blocking_agent,
            b.status, b.notes, b.created_at, b.resolved_at)
      .run();
  return store.database().last_id();
}

std::int64_t raise_blocker(Store& store, const Blocker& blocker) {
  const std::int64_t id = insert_blocker(store, blocker);
  const Blocker row = find_blocker(store, id).value();
  change_status(store, row, "", "blocked");
  log_event(store, row, "task_blocked", row.created_at);
  return id;
}

bool resolve_blocker(Store& store, std::int64_t id,
                     const std::optional<std::string>& notes, std::int64_t at) {
  const auto b = find_blocker(store, id);
  if (!b || b->status != "active") return false;
  Statement(store.database(),
            "UPDATE blockers SET status = 'resolved', "
            "notes = coalesce(?, notes), resolved_at = ? WHERE id = ?")
      .bind(notes, at, id)
      .run();
  // One that has completed its work meanwhile stays completed.
  if (list_blockers(store, {.feature_id = b->feature_id, .role = b->role})
          .empty())
    change_status(store, *b, "blocked", "active");
  log_event(store, *b, "blocker_resolved", at);
  return true;
}

std::vector<Blocker> list_blockers(Store& store, const BlockerQuery& query) {
  Statement s(
      store.database(),
      std::string(kColumns) +
          "WHERE (?1 = 0 OR b.feature_id = ?1) "
          "AND (?2 = '' OR b.role = ?2) "
          "AND (?3 = '' OR b.blocker_type = ?3) "
          "AND (?4 OR b.status = 'active') ORDER BY b.feature_id, b.id");
  s.bind(query.feature_id, query.role, query.type, query.all ? 1 : 0);
  std::vector<Blocker> out;
  while (s.step()) out.push_back(blocker_of(s));
  return out;
}

std::optional<Blocker> find_blocker(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE b.id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return blocker_of(s);
}

}  // namespace orch::store
