// SPDX-License-Identifier: MIT
#include "store/needs.h"

#include "store/database.h"

namespace orch::store {
namespace {

// Each: kind, key, spec_id, agent, since, what, reason, number, evidence. ?1 is
// now; nothing that ended more than a day ago is news.
constexpr char kNeeds[] = R"sql(
WITH team AS (
  SELECT a.*, f.spec_id FROM agents a LEFT JOIN features f
    ON f.id = a.feature_id
  WHERE f.id IS NULL OR f.status = 'in-progress'),
recent AS MATERIALIZED (
  SELECT id, feature_id, agent_id, ref, into_ref, status, reason, ended_at
    FROM landings ORDER BY id DESC LIMIT 500),
ways AS (
  SELECT ref, into_ref,
         max(CASE status WHEN 'landed' THEN id ELSE 0 END) AS landed
    FROM recent GROUP BY ref, into_ref),
-- The gates that could not run, for each branch that waits because of one.
held AS (
  SELECT g.command, f.status AS feature
    FROM landings l JOIN features f ON f.id = l.feature_id
    JOIN (SELECT DISTINCT command FROM gates
           WHERE id > (SELECT coalesce(max(id), 0) FROM gates) - 50
             AND result = 'could-not-run') g
      ON instr(l.reason, '''' || g.command || ''' could not run') > 0
   WHERE l.status IN ('queued', 'target-dirty'))
SELECT 'ask' AS kind, 'ask ' || k.id AS key, f.spec_id, a.address,
       coalesce(k.escalated_at, k.created_at) AS since, k.action AS what,
       k.text AS reason, k.id AS number, '' AS evidence
  FROM asks k JOIN agents a ON a.id = k.agent_id
  LEFT JOIN features f ON f.id = a.feature_id
 WHERE k.status = 'open'
   AND (coalesce(k.approver, 'person') = 'person' OR k.escalated_at > 0)
UNION ALL
SELECT 'needs-human', 'needs-human ' || id || ' ' || state_since, spec_id,
       address, state_since, '', '', id, ''
  FROM team WHERE state = 'needs-human'
UNION ALL
SELECT CASE WHEN t.status = 'blocked' THEN 'agent-blocked'
            WHEN t.state = 'lost' THEN 'agent-lost' ELSE 'agent-ended' END,
       'ended ' || t.run, t.spec_id, t.address, c.at, '',
       CASE WHEN c.exit_status IS NULL THEN 'nobody saw how'
            WHEN c.exit_status > 128
              THEN 'ended by signal ' || (c.exit_status - 128)
            ELSE 'exit status ' || c.exit_status END,
       t.id, substr(c.log, -1500)
  FROM team t JOIN agent_crashes c ON c.run = t.run
 WHERE t.desired = 'running' AND t.state IN ('exited', 'lost')
   AND t.restart_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM limits l
                    WHERE l.agent_id = t.id AND l.ended_at IS NULL)
UNION ALL
SELECT 'batch-item', 'batch-item ' || q.id || ' ' || q.completed_at,
       q.spec_id, '', q.completed_at, q.spec_path, coalesce(q.reason, ''),
       q.id, coalesce((SELECT substr(x.evidence, -1500) FROM queue_attempts x
                        WHERE x.item_id = q.id ORDER BY x.attempt DESC
                        LIMIT 1), '')
  FROM queue q WHERE q.status IN ('failed', 'dead')
   AND q.completed_at > ?1 - 86400000
   AND coalesce(q.reason, '') NOT LIKE 'cancelled%'
UNION ALL
SELECT 'gate', 'gate ' || g.command || ' ' || min(g.id), NULL, '',
       min(g.created_at), g.command, coalesce(g.reason, ''), max(g.id),
       coalesce(substr(g.log, -1500), '')
  FROM gates g
 WHERE g.id > (SELECT coalesce(max(id), 0) FROM gates) - 50
   AND g.result = 'could-not-run' AND g.created_at > ?1 - 86400000
   AND NOT EXISTS (SELECT 1 FROM gates h WHERE h.id > g.id
                    AND h.command = g.command AND h.result <> 'could-not-run')
   -- While a branch waits for it; else until something has landed or left.
   AND CASE WHEN EXISTS (SELECT 1 FROM held WHERE held.command = g.command)
       THEN EXISTS (SELECT 1 FROM held WHERE held.command = g.command
                      AND held.feature = 'in-progress')
       ELSE NOT EXISTS (SELECT 1 FROM recent r
                         WHERE r.status IN ('landed', 'withdrawn')
                           AND r.ended_at > g.created_at) END
 GROUP BY g.command
UNION ALL
SELECT 'target-dirty', 'target-dirty ' || l.id, f.spec_id,
       coalesce(a.address, ''), l.queued_at, replace(l.ref || ' on ' || l.into_ref, 'refs/heads/', ''),
       coalesce(l.reason, ''), l.id, ''
  FROM landings l JOIN features f ON f.id = l.feature_id
  LEFT JOIN agents a ON a.id = l.agent_id
 WHERE l.status IN ('queued', 'target-dirty')  -- as its index has it
   AND l.status = 'target-dirty' AND f.status = 'in-progress'
UNION ALL
SELECT 'landing-rejected',
       'landing-rejected ' || l.ref || ' ' || l.into_ref || ' ' || min(l.id),
       f.spec_id, coalesce(a.address, ''), max(l.ended_at),
       replace(l.ref || ' on ' || l.into_ref, 'refs/heads/', ''),
       coalesce(l.reason, ''), count(*), ''
  FROM ways w JOIN recent l ON l.ref = w.ref AND l.into_ref = w.into_ref
   AND l.id > w.landed
  JOIN features f ON f.id = l.feature_id
  LEFT JOIN agents a ON a.id = l.agent_id
 WHERE l.status = 'rejected' AND f.status = 'in-progress'
 GROUP BY l.ref, l.into_ref HAVING count(*) >= 3
UNION ALL
SELECT 'message-failed', 'message-failed ' || m.id, f.spec_id, a.address,
       m.sent_at, '', coalesce(m.reason, ''), m.id, ''
  FROM messages m JOIN agents a ON a.id = m.agent_id
  LEFT JOIN features f ON f.id = a.feature_id
 WHERE m.level = 'failed' AND m.sent_at > ?1 - 86400000
UNION ALL
SELECT 'limit', 'limit ' || l.id, t.spec_id, t.address, l.created_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', l.resets_at / 1000, 'unixepoch'),
       coalesce(l.text, ''), l.id, ''
  FROM limits l JOIN team t ON t.id = l.agent_id
 WHERE l.ended_at IS NULL AND l.source = 'assumed'
UNION ALL
SELECT 'overdue', 'overdue ' || min(c.due_at), NULL, '', min(c.due_at), '',
       '', count(*), ''
  FROM checkins c JOIN agents a ON a.id = c.agent_id
 WHERE c.state = 'waiting' AND c.due_at <= ?1 - 900000
   AND a.desired = 'running'
HAVING count(*) > 0
UNION ALL
SELECT 'unexplained-ref', 'unexplained-ref ' || e.id, e.spec_id, '',
       e.created_at, '', e.message, e.id, ''
  FROM task_events e
 WHERE e.event_type = 'ref_unexplained'
   AND e.id > (SELECT coalesce(max(id), 0) FROM task_events) - 20000
   AND e.created_at > ?1 - 86400000
ORDER BY since, key
)sql";

}  // namespace

std::vector<notice::Need> list_needs(Store& store, std::int64_t now) {
  Statement s(store.database(), kNeeds);
  s.bind(now);
  std::vector<notice::Need> out;
  while (s.step())
    out.push_back({.kind = s.text(0),
                   .key = s.text(1),
                   .spec_id = s.text(2),
                   .agent = s.text(3),
                   .since = s.integer(4),
                   .what = s.text(5),
                   .reason = s.text(6),
                   .number = s.integer(7),
                   .evidence = s.text(8)});
  return out;
}

}  // namespace orch::store
