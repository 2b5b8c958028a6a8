// SPDX-License-Identifier: MIT
#include "store/counts.h"

#include "store/database.h"

namespace orch::store {

FeatureCounts count_feature(Store& store, std::int64_t feature_id) {
  Statement s(
      store.database(),
      "SELECT (SELECT count(*) FROM conflicts WHERE feature_id = ?1 "
      "AND resolved = 0), (SELECT count(*) FROM blockers WHERE feature_id = ?1 "
      "AND status = 'active'), (SELECT count(*) FROM pull_requests "
      "WHERE feature_id = ?1 AND status <> 'closed'), (SELECT count(*) "
      "FROM test_results WHERE feature_id = ?1)");
  s.bind(feature_id);
  s.step();
  FeatureCounts c;
  c.conflicts = s.integer(0);
  c.blockers = s.integer(1);
  c.prs = s.integer(2);
  c.tests = s.integer(3);
  Statement tasks(store.database(),
                  "SELECT sum(status = 'open'), sum(status = 'doing'), "
                  "sum(status = 'blocked'), sum(status = 'done'), "
                  "sum(status = 'dropped') FROM tasks WHERE feature_id = ?");
  tasks.bind(feature_id);
  tasks.step();
  c.open = tasks.integer(0);
  c.doing = tasks.integer(1);
  c.blocked = tasks.integer(2);
  c.done = tasks.integer(3);
  c.dropped = tasks.integer(4);
  return c;
}

bool is_something_due(Store& store, std::int64_t now) {
  Statement s(
      store.database(),
      "SELECT EXISTS (SELECT 1 FROM checkins c JOIN agents a "
      "ON a.id = c.agent_id WHERE c.state = 'waiting' AND c.due_at <= ?1 "
      "AND a.desired = 'running') OR "
      "EXISTS (SELECT 1 FROM limits l JOIN agents a ON a.id = l.agent_id "
      "WHERE l.ended_at IS NULL AND coalesce(l.wakes_at, l.resets_at) <= ?1 "
      "AND a.desired <> 'paused') OR "
      "EXISTS (SELECT 1 FROM asks WHERE status = 'open' "
      "AND expires_at <= ?1) OR "
      "EXISTS (SELECT 1 FROM notice_deliveries WHERE status = 'waiting' "
      "AND not_before <= ?1) OR "
      "EXISTS (SELECT 1 FROM agents WHERE restart_at <= ?1 "
      "AND desired = 'running')");
  s.bind(now);
  return s.step() && s.integer(0) != 0;
}

}  // namespace orch::store
