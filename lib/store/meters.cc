// SPDX-License-Identifier: MIT
#include "store/meters.h"

#include "store/database.h"

namespace orch::store {
namespace {

std::int64_t one(Store& store, const char* sql) {
  Statement s(store.database(), sql);
  return s.step() ? s.integer(0) : 0;
}

std::vector<NamedCount> named(Store& store, const char* sql) {
  Statement s(store.database(), sql);
  std::vector<NamedCount> out;
  while (s.step()) out.push_back({s.text(0), s.integer(1)});
  return out;
}

}  // namespace

std::int64_t count_open_conflicts(Store& store) {
  return one(store, "SELECT count(*) FROM conflicts WHERE resolved = 0");
}

std::int64_t count_unread(Store& store) {
  return one(store,
             "SELECT count(*) FROM messages WHERE level NOT IN ('acked', "
             "'failed', 'expired') AND level <> 'read'");
}

std::int64_t count_open_asks(Store& store) {
  return one(store, "SELECT count(*) FROM asks WHERE status = 'open'");
}

std::vector<NamedCount> count_agents_by_state(Store& store) {
  return named(store,
               "WITH s(state) AS (VALUES ('starting'), ('idle'), ('busy'), "
               "('needs-human'), ('limited'), ('exited'), ('lost'), "
               "('stopped'), ('unknown')) SELECT s.state, count(a.id) FROM s "
               "LEFT JOIN agents a ON a.state = s.state GROUP BY s.state "
               "ORDER BY s.state");
}

std::vector<NamedCount> count_queue_by_status(Store& store) {
  return named(store,
               "WITH s(status) AS (VALUES ('queued'), ('running'), "
               "('paused'), ('done'), ('failed'), ('retrying'), ('dead')) "
               "SELECT s.status, count(q.id) FROM s LEFT JOIN queue q "
               "ON q.status = s.status GROUP BY s.status ORDER BY s.status");
}

std::vector<NamedCount> count_open_limits(Store& store) {
  return named(store,
               "SELECT runtime, count(*) FROM limits WHERE ended_at IS NULL "
               "GROUP BY runtime ORDER BY runtime");
}

std::vector<NamedCount> count_merge_queue(Store& store) {
  return named(store,
               "WITH s(status) AS (VALUES ('queued'), ('target-dirty')) "
               "SELECT s.status, count(l.id) FROM s LEFT JOIN landings l "
               "ON l.status = s.status GROUP BY s.status ORDER BY s.status");
}

std::vector<NamedCount> count_messages_by_level(Store& store) {
  Statement s(store.database(),
              "SELECT count(*), "
              "sum(coalesce(typed_at, submitted_at, read_at, acked_at) "
              "IS NOT NULL), "
              "sum(coalesce(submitted_at, read_at, acked_at) IS NOT NULL), "
              "sum(coalesce(read_at, acked_at) IS NOT NULL), "
              "sum(acked_at IS NOT NULL), sum(level = 'failed'), "
              "sum(level = 'expired') FROM messages");
  s.step();
  std::vector<NamedCount> out;
  int column = 0;
  for (const char* level :
       {"queued", "typed", "submitted", "read", "acked", "failed", "expired"})
    out.push_back({level, s.integer(column++)});
  return out;
}

std::vector<NamedCount> count_ended_landings(Store& store) {
  return named(store,
               "SELECT status, count(*) FROM landings WHERE ended_at IS NOT "
               "NULL GROUP BY status ORDER BY status");
}

std::vector<NamedCount> count_gates(Store& store) {
  return named(store,
               "SELECT result, count(*) FROM gates GROUP BY result "
               "ORDER BY result");
}

std::vector<NamedCount> count_tests(Store& store) {
  return named(store,
               "SELECT status, count(*) FROM test_results GROUP BY status "
               "ORDER BY status");
}

std::int64_t count_limits(Store& store) {
  return one(store, "SELECT count(*) FROM limits");
}

std::vector<UsedTokens> list_used_tokens(Store& store) {
  Statement s(store.database(),
              "SELECT a.address, sum(input_tokens), sum(output_tokens), "
              "sum(cached_tokens), sum(cost_micros) FROM usage u "
              "JOIN agents a ON a.id = u.agent_id GROUP BY a.id "
              "ORDER BY a.id");
  std::vector<UsedTokens> out;
  while (s.step())
    out.push_back({s.text(0), s.integer(1), s.integer(2), s.integer(3),
                   s.maybe_integer(4)});
  return out;
}

}  // namespace orch::store
