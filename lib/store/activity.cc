// SPDX-License-Identifier: MIT
#include "store/activity.h"

#include "store/database.h"
#include "store/events.h"

namespace orch::store {
namespace {

std::vector<Exchange> exchanges_of(Statement& s) {
  std::vector<Exchange> out;
  while (s.step()) out.push_back({s.text(0), s.text(1), s.integer(2)});
  return out;
}

}  // namespace

std::optional<std::int64_t> find_last_commit_at(Store& store,
                                                const std::string& spec_id,
                                                const std::string& role) {
  Statement s(store.database(),
              "SELECT max(created_at) FROM task_events WHERE spec_id = ? "
              "AND role = ? AND metadata IN (?, ?)");
  s.bind(spec_id, role, kFromCommit, kFoundLate);
  if (!s.step()) return std::nullopt;
  return s.maybe_integer(0);
}

std::int64_t last_activity_at(Store& store, const std::string& spec_id,
                              const Agent& agent) {
  Statement s(store.database(),
              "SELECT max(?1, coalesce((SELECT max(created_at) FROM "
              "task_events WHERE spec_id = ?2 AND role = ?3 AND event_type "
              "NOT IN (?4, ?5, ?6, ?7, 'checkin_failed')), 0), "
              "coalesce((SELECT max(sent_at) FROM messages WHERE sender = ?8), "
              "0), coalesce((SELECT max(sent_at) FROM messages WHERE "
              "agent_id = ?9 AND (sender <> 'orch' OR kind = 'brief')), 0))");
  s.bind(agent.created_at, spec_id, agent.role, kCommitOverdue, kAgentIdle,
         kAgentStalled, kLoopSuspected, agent.address, agent.id);
  s.step();
  return s.integer(0);
}

Remarks remarks_since(Store& store, const std::string& spec_id,
                      const std::string& role, const std::string& type,
                      std::int64_t since) {
  Statement s(store.database(),
              "SELECT count(*), max(created_at), metadata FROM task_events "
              "WHERE event_type = ? AND spec_id = ? AND role = ? "
              "AND created_at > ?");
  s.bind(type, spec_id, role, since);
  s.step();
  return {s.integer(0), s.maybe_integer(1), s.text(2)};
}

bool has_remark(Store& store, const std::string& type,
                const std::string& metadata, std::int64_t since) {
  Statement s(store.database(),
              "SELECT 1 FROM task_events WHERE event_type = ? "
              "AND metadata = ? AND created_at > ?");
  s.bind(type, metadata, since);
  return s.step();
}

std::vector<Exchange> list_exchanges(Store& store, std::int64_t since,
                                     std::int64_t least) {
  Statement s(store.database(),
              "SELECT min(w.address, r.address) AS a, "
              "max(w.address, r.address) AS b, count(*) FROM messages m "
              "JOIN agents r ON r.id = m.agent_id "
              "JOIN agents w ON w.address = m.sender "
              "WHERE m.sent_at > ? AND m.kind IN ('message', 'report') "
              "AND w.id <> r.id GROUP BY a, b HAVING count(*) >= ? "
              "ORDER BY a, b");
  s.bind(since, least);
  return exchanges_of(s);
}

std::vector<Exchange> list_repeats(Store& store, std::int64_t since,
                                   std::int64_t least) {
  Statement s(store.database(),
              "SELECT w.address, r.address, count(*) AS n FROM messages m "
              "JOIN agents r ON r.id = m.agent_id "
              "JOIN agents w ON w.address = m.sender "
              "WHERE m.sent_at > ? AND m.kind IN ('message', 'report') "
              "GROUP BY w.id, r.id, m.text HAVING n >= ? "
              "ORDER BY w.id, r.id");
  s.bind(since, least);
  return exchanges_of(s);
}

}  // namespace orch::store
