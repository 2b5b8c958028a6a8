-- Version 1. Times are integers: milliseconds since 1970-01-01T00:00:00Z.
-- git-orch-events(5) documents what of this is stable.
-- JSON columns carry no CHECK (json_valid(…)): SQLite 3.40 refuses that function
-- under trusted_schema=OFF, which matters more.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE features (
  id INTEGER PRIMARY KEY,
  spec_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  overseer_branch TEXT NOT NULL,        -- the integration branch
  base_branch TEXT NOT NULL,            -- full ref name, or a commit id
  base_commit TEXT NOT NULL,            -- where the branches started
  spec_path TEXT,
  status TEXT NOT NULL DEFAULT 'in-progress'
    CHECK (status IN ('in-progress', 'completed', 'archived')),
  created_at INTEGER NOT NULL,
  completed_at INTEGER
) STRICT;

CREATE TABLE agents (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER REFERENCES features(id),
  address TEXT NOT NULL UNIQUE,         -- <spec-id>/<role>, or dir/<name>
  role TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'implementor'
    CHECK (kind IN ('overseer', 'implementor', 'support')),
  branch TEXT,                          -- short name
  worktree TEXT,
  runtime TEXT,
  status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'blocked', 'completed')),
  desired TEXT NOT NULL DEFAULT 'stopped'
    CHECK (desired IN ('running', 'paused', 'stopped')),
  state TEXT NOT NULL DEFAULT 'stopped'
    CHECK (state IN ('starting', 'idle', 'busy', 'needs-human', 'limited',
                     'exited', 'lost', 'stopped', 'unknown')),
  state_source TEXT NOT NULL DEFAULT 'command',
  state_since INTEGER NOT NULL,
  run TEXT,                             -- one start of the agent, random
  pane TEXT,                            -- tmux pane id, as %7
  pane_pid INTEGER,
  pane_start INTEGER,
  pid INTEGER,                          -- the agent's own process
  pid_start INTEGER,
  boot_id TEXT,
  exit_status INTEGER,                  -- 128 + n after signal n
  exited_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX agents_feature ON agents(feature_id);

CREATE TABLE task_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id BLOB NOT NULL UNIQUE,        -- 16 bytes: recording twice is once
  spec_id TEXT REFERENCES features(spec_id),
  role TEXT,
  event_type TEXT NOT NULL,
  task_id TEXT,
  commit_hash TEXT,                     -- as recorded; never rewritten
  message TEXT NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX task_events_spec ON task_events(spec_id, id);
CREATE INDEX task_events_type ON task_events(event_type, id);
CREATE INDEX task_events_commit ON task_events(commit_hash)
  WHERE commit_hash IS NOT NULL;

-- INSERT OR REPLACE fires no delete trigger: what is there already stays.
CREATE TRIGGER task_events_no_replace BEFORE INSERT ON task_events
WHEN EXISTS (SELECT 1 FROM task_events
              WHERE event_id = NEW.event_id OR id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER task_events_no_update BEFORE UPDATE ON task_events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER task_events_no_delete BEFORE DELETE ON task_events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- Where a recorded commit is now; NULL when it was dropped. Kept closed: a
-- chain of rewrites has one row per old id, all pointing at the newest.
CREATE TABLE commit_map (
  old_commit TEXT PRIMARY KEY,
  new_commit TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX commit_map_new ON commit_map(new_commit);

-- Records of the spool that are no event but were folded: their ids.
CREATE TABLE folded (
  event_id BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pull_requests (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  role TEXT NOT NULL,
  pr_number INTEGER,
  title TEXT NOT NULL,
  url TEXT,
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'open', 'approved', 'merged', 'closed')),
  base_branch TEXT NOT NULL,
  head_branch TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  merged_at INTEGER
) STRICT;
CREATE INDEX pull_requests_feature ON pull_requests(feature_id, role);

CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER REFERENCES features(id),
  a TEXT NOT NULL,                      -- agent address, or a branch
  b TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stale', 'collision')),
  files TEXT NOT NULL,
  types TEXT NOT NULL DEFAULT '[]',
  severity TEXT NOT NULL DEFAULT 'warning'
    CHECK (severity IN ('warning', 'critical')),
  source TEXT NOT NULL DEFAULT 'predicted'
    CHECK (source IN ('predicted', 'manual')),
  a_commit TEXT,
  b_commit TEXT,
  resolved INTEGER NOT NULL DEFAULT 0 CHECK (resolved IN (0, 1)),
  notes TEXT,
  detected_at INTEGER NOT NULL,
  resolved_at INTEGER,
  CHECK ((resolved = 1) = (resolved_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX conflicts_open ON conflicts(a, b, kind)
  WHERE resolved = 0 AND source = 'predicted';
CREATE TRIGGER conflicts_stay_resolved BEFORE UPDATE OF resolved ON conflicts
WHEN OLD.resolved = 1 AND NEW.resolved = 0
BEGIN SELECT RAISE(ABORT, 'a resolved conflict is not reopened'); END;

-- What git said of a pair of commits; `context` stands for everything else
-- that can change the answer (git's version, merge settings).
CREATE TABLE verdicts (
  a_commit TEXT NOT NULL,
  b_commit TEXT NOT NULL,
  context TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('clean', 'conflict', 'unknown')),
  paths TEXT NOT NULL,
  types TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (a_commit, b_commit, context)
) STRICT, WITHOUT ROWID;

CREATE TABLE test_results (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  role TEXT NOT NULL,
  test_type TEXT NOT NULL CHECK (test_type IN ('unit', 'integration', 'e2e')),
  commit_hash TEXT,
  tree TEXT,
  status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'skipped')),
  total INTEGER, passed INTEGER, failed INTEGER,
  duration_ms INTEGER,
  logs_url TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX test_results_feature ON test_results(feature_id, test_type);

CREATE TABLE blockers (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  role TEXT NOT NULL,
  blocker_type TEXT NOT NULL
    CHECK (blocker_type IN ('dependency', 'conflict', 'external', 'technical')),
  description TEXT NOT NULL,
  blocking_agent TEXT,
  status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'resolved')),
  notes TEXT,
  created_at INTEGER NOT NULL,
  resolved_at INTEGER
) STRICT;

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  task_id TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'doing', 'blocked', 'done', 'dropped')),
  owner TEXT,
  depends_on TEXT NOT NULL DEFAULT '[]',
  commit_hash TEXT,
  updated_at INTEGER NOT NULL,
  UNIQUE (feature_id, task_id)
) STRICT;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid BLOB NOT NULL UNIQUE,
  sender TEXT NOT NULL,                 -- an agent's address, person, or orch
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  kind TEXT NOT NULL DEFAULT 'message'
    CHECK (kind IN ('message', 'brief', 'checkin', 'conflict', 'report')),
  text TEXT NOT NULL,
  priority TEXT NOT NULL DEFAULT 'normal'
    CHECK (priority IN ('critical', 'high', 'normal', 'low')),
  level TEXT NOT NULL DEFAULT 'queued'
    CHECK (level IN ('queued', 'typed', 'submitted', 'read', 'acked',
                     'failed', 'expired')),
  reason TEXT,                          -- why it waits, failed or expired
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER,
  typed_at INTEGER,
  typing_run TEXT,                      -- the run it is being typed into
  typed_run TEXT,                       -- the run of the agent that got it
  submitted_at INTEGER,
  read_at INTEGER,
  acked_at INTEGER
) STRICT;
CREATE INDEX messages_open ON messages(agent_id, id)
  WHERE level NOT IN ('acked', 'failed', 'expired');
-- A level is a proof: it only rises, and the ends are final.
CREATE TRIGGER messages_level_rises BEFORE UPDATE OF level ON messages
WHEN OLD.level IN ('acked', 'failed', 'expired') AND NEW.level <> OLD.level
  OR (CASE NEW.level WHEN 'queued' THEN 0 WHEN 'typed' THEN 1
        WHEN 'submitted' THEN 2 WHEN 'read' THEN 3 ELSE 4 END)
   < (CASE OLD.level WHEN 'queued' THEN 0 WHEN 'typed' THEN 1
        WHEN 'submitted' THEN 2 WHEN 'read' THEN 3 ELSE 4 END)
BEGIN SELECT RAISE(ABORT, 'a message level never falls'); END;

CREATE TABLE message_attempts (
  id INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES messages(id),
  at INTEGER NOT NULL,
  channel TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX message_attempts_message ON message_attempts(message_id);

CREATE TABLE checkins (
  id INTEGER PRIMARY KEY,
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  slug TEXT NOT NULL,
  note TEXT NOT NULL,
  every_ms INTEGER CHECK (every_ms > 0),  -- NULL: once
  due_at INTEGER NOT NULL,
  last_at INTEGER,
  state TEXT NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'paused', 'done', 'cancelled', 'failed')),
  reason TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX checkins_slug ON checkins(agent_id, slug)
  WHERE state IN ('waiting', 'paused');
CREATE INDEX checkins_due ON checkins(due_at) WHERE state = 'waiting';

CREATE TABLE asks (
  id INTEGER PRIMARY KEY,
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  action TEXT NOT NULL,
  text TEXT NOT NULL,
  approver TEXT,
  status TEXT NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'approved', 'denied', 'expired')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  answered_at INTEGER
) STRICT;

CREATE TABLE contradictions (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  topic TEXT NOT NULL,
  first_event INTEGER NOT NULL REFERENCES task_events(id),
  second_event INTEGER NOT NULL REFERENCES task_events(id),
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
  created_at INTEGER NOT NULL,
  resolved_at INTEGER
) STRICT;

CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;

CREATE TABLE queue (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER REFERENCES batches(id),
  spec_path TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  spec_id TEXT,
  status TEXT NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'paused', 'done', 'failed',
                      'retrying', 'dead')),
  priority INTEGER NOT NULL DEFAULT 0,
  retry_count INTEGER NOT NULL DEFAULT 0,
  error_message TEXT,
  enqueued_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX queue_active ON queue(content_hash)
  WHERE status IN ('queued', 'running', 'paused', 'retrying');

CREATE TABLE limits (
  id INTEGER PRIMARY KEY,
  agent_id INTEGER REFERENCES agents(id),
  runtime TEXT NOT NULL,
  source TEXT NOT NULL,
  text TEXT,
  resets_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  pid INTEGER,
  pid_start INTEGER,
  fencing INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE gates (
  id INTEGER PRIMARY KEY,
  tree TEXT NOT NULL,
  command TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('passed', 'failed', 'could-not-run')),
  reason TEXT,
  duration_ms INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX gates_tree ON gates(tree, command);

CREATE TABLE intents (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL,
  old_commit TEXT NOT NULL,
  new_commit TEXT NOT NULL,
  pid INTEGER NOT NULL,
  pid_start INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'done', 'withdrawn')),
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;

CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,
  ref TEXT NOT NULL UNIQUE,
  commit_hash TEXT NOT NULL,
  reason TEXT NOT NULL,
  paths TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  dropped_at INTEGER
) STRICT;

CREATE VIEW v_feature_status AS
SELECT f.spec_id, f.name, f.status AS feature_status, a.role, a.branch,
       a.status, a.state,
       (SELECT count(*) FROM pull_requests p
         WHERE p.feature_id = f.id AND p.role = a.role) AS prs_count,
       (SELECT count(*) FROM pull_requests p
         WHERE p.feature_id = f.id AND p.role = a.role
           AND p.status = 'merged') AS prs_merged,
       (SELECT count(*) FROM conflicts c
         WHERE c.feature_id = f.id AND c.resolved = 0
           AND a.address IN (c.a, c.b)) AS active_conflicts,
       (SELECT count(*) FROM blockers b
         WHERE b.feature_id = f.id AND b.role = a.role
           AND b.status = 'active') AS active_blockers
FROM features f LEFT JOIN agents a ON a.feature_id = f.id;

CREATE VIEW v_recent_events AS
SELECT e.id, e.spec_id, e.role, e.event_type, e.task_id,
       CASE WHEN m.old_commit IS NULL THEN e.commit_hash
            ELSE m.new_commit END AS commit_hash,
       e.commit_hash AS recorded_commit, e.message, e.metadata,
       datetime(e.created_at / 1000, 'unixepoch') AS at, e.created_at
FROM task_events e LEFT JOIN commit_map m ON m.old_commit = e.commit_hash
ORDER BY e.id DESC LIMIT 100;

CREATE VIEW v_test_summary AS
SELECT f.spec_id, t.role, t.test_type, count(*) AS runs,
       sum(t.status = 'passed') AS passed, sum(t.status = 'failed') AS failed,
       sum(t.status = 'skipped') AS skipped,
       max(t.created_at) AS last_at
FROM test_results t JOIN features f ON f.id = t.feature_id
GROUP BY f.spec_id, t.role, t.test_type;

CREATE VIEW v_overdue AS
SELECT c.id, a.address, c.note, c.due_at,
       datetime(c.due_at / 1000, 'unixepoch') AS due
FROM checkins c JOIN agents a ON a.id = c.agent_id
WHERE c.state = 'waiting'
  AND c.due_at <= CAST(strftime('%s', 'now') AS INTEGER) * 1000;

CREATE VIEW v_team AS
SELECT f.spec_id, a.role, a.kind, a.address, a.branch, a.worktree, a.runtime,
       a.state, a.state_source, a.pane, a.pid
FROM agents a LEFT JOIN features f ON f.id = a.feature_id;

CREATE VIEW v_unread AS
SELECT m.id, a.address, m.sender, m.level, m.text,
       datetime(m.sent_at / 1000, 'unixepoch') AS sent
FROM messages m JOIN agents a ON a.id = m.agent_id
WHERE m.level IN ('queued', 'typed', 'submitted');
