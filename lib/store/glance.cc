// SPDX-License-Identifier: MIT
#include "store/glance.h"

#include "error/error.h"
#include "store/database.h"

namespace orch::store {
namespace {

std::string short_name(const std::string& ref) {
  const std::string heads = "refs/heads/";
  return ref.starts_with(heads) ? ref.substr(heads.size()) : ref;
}

}  // namespace

Reading::Reading(Store& store) : store_(store) {
  store_.database().execute("BEGIN");
}

Reading::~Reading() {
  try {
    store_.database().execute("COMMIT");
  } catch (const Error&) {
    // Nothing was written.
  }
}

std::map<std::int64_t, std::int64_t> unread_by_agent(Store& store) {
  Statement s(store.database(),
              "SELECT agent_id, count(*) FROM messages "
              "WHERE level NOT IN ('acked', 'failed', 'expired') "
              "AND level <> 'read' GROUP BY agent_id");
  std::map<std::int64_t, std::int64_t> out;
  while (s.step()) out[s.integer(0)] = s.integer(1);
  return out;
}

std::map<std::string, std::string> list_doing(Store& store) {
  // Whose it is, else who has committed for it. In this order, by the commits:
  // there may be millions of events.
  Statement s(
      store.database(),
      "SELECT owner, task_id, updated_at FROM tasks "
      "WHERE status = 'doing' AND owner IS NOT NULL UNION ALL "
      "SELECT e.spec_id || '/' || e.role, t.task_id, e.created_at "
      "FROM tasks t CROSS JOIN task_commits c ON c.feature_id = t.feature_id "
      "AND c.task_id = t.task_id "
      "CROSS JOIN task_events e ON e.commit_hash = c.commit_hash "
      "WHERE t.status = 'doing' AND t.owner IS NULL "
      "AND +e.spec_id IS NOT NULL AND e.role IS NOT NULL ORDER BY 3");
  std::map<std::string, std::string> out;
  while (s.step()) out[s.text(0)] = s.text(1);
  return out;
}

std::vector<Landed> list_landed(Store& store, std::int64_t since,
                                std::size_t limit) {
  Statement s(store.database(),
              "SELECT coalesce(a.address, ''), l.ref, "
              "coalesce(l.landed_commit, l.commit_hash), l.into_ref, "
              "l.ended_at FROM landings l LEFT JOIN agents a "
              "ON a.id = l.agent_id WHERE l.status = 'landed' "
              "AND l.ended_at > ? ORDER BY l.ended_at DESC, l.id DESC LIMIT ?");
  s.bind(since, static_cast<std::int64_t>(limit));
  std::vector<Landed> out;
  while (s.step()) {
    const std::string address = s.text(0);
    out.push_back({address.empty() ? short_name(s.text(1)) : address, s.text(2),
                   short_name(s.text(3)), s.integer(4)});
  }
  return out;
}

std::int64_t count_queue(Store& store) {
  Statement s(store.database(),
              "SELECT count(*) FROM queue "
              "WHERE status NOT IN ('done', 'failed', 'dead')");
  return s.step() ? s.integer(0) : 0;
}

std::optional<std::int64_t> next_turn(Store& store, std::int64_t now) {
  Statement s(store.database(),
              "SELECT min(at) FROM ("
              "SELECT min(due_at) AS at FROM checkins "
              "WHERE state = 'waiting' AND due_at > ?1 UNION ALL "
              "SELECT min(coalesce(wakes_at, resets_at)) FROM limits "
              "WHERE ended_at IS NULL "
              "AND coalesce(wakes_at, resets_at) > ?1 UNION ALL "
              "SELECT min(expires_at) FROM asks "
              "WHERE status = 'open' AND expires_at > ?1 UNION ALL "
              "SELECT min(restart_at) FROM agents WHERE restart_at > ?1)");
  s.bind(now);
  if (!s.step() || s.is_null(0)) return std::nullopt;
  return s.integer(0);
}

}  // namespace orch::store
