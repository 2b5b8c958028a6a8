-- Version 2: tasks derived from evidence, leases that can be free, and every
-- status with its legal transitions.

-- What somebody has said of a task by hand (said, said_at) and what commits say
-- of it (task_commits) together make its status; the column is their cache,
-- written in the transaction that changes either.
ALTER TABLE tasks DROP COLUMN depends_on;
ALTER TABLE tasks ADD COLUMN said TEXT
  CHECK (said IN ('open', 'doing', 'blocked', 'done', 'dropped'));
ALTER TABLE tasks ADD COLUMN said_at INTEGER;
ALTER TABLE tasks ADD COLUMN said_before TEXT;    -- what a block covers
ALTER TABLE tasks ADD COLUMN reason TEXT;         -- why it is blocked
ALTER TABLE tasks ADD COLUMN section TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN parent TEXT NOT NULL DEFAULT '';

CREATE TABLE task_dependencies (
  feature_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  PRIMARY KEY (feature_id, task_id, depends_on),
  FOREIGN KEY (feature_id, task_id) REFERENCES tasks(feature_id, task_id),
  FOREIGN KEY (feature_id, depends_on) REFERENCES tasks(feature_id, task_id),
  CHECK (task_id <> depends_on)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_dependencies_of
  ON task_dependencies(feature_id, depends_on);

-- One row per task that a commit's message names. A row counts while its
-- commit has not been rewritten (commit_map) or reverted.
CREATE TABLE task_commits (
  feature_id INTEGER NOT NULL REFERENCES features(id),
  task_id TEXT NOT NULL,
  commit_hash TEXT NOT NULL,
  completes INTEGER NOT NULL CHECK (completes IN (0, 1)),
  at INTEGER NOT NULL,
  PRIMARY KEY (feature_id, task_id, commit_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_commits_commit ON task_commits(commit_hash);

CREATE TABLE commit_reverts (
  commit_hash TEXT NOT NULL,            -- the commit that reverts
  reverted TEXT NOT NULL,
  PRIMARY KEY (commit_hash, reverted)
) STRICT, WITHOUT ROWID;
CREATE INDEX commit_reverts_reverted ON commit_reverts(reverted);

-- A lease stays when it is free, so that its fencing number goes on rising.
DROP TABLE leases;
CREATE TABLE leases (
  name TEXT PRIMARY KEY,                -- task/<spec-id>/<task-id>
  owner TEXT,                           -- NULL: free
  pid INTEGER,
  pid_start INTEGER,
  fencing INTEGER NOT NULL CHECK (fencing > 0),
  taken_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TRIGGER leases_fencing_rises BEFORE UPDATE OF fencing ON leases
WHEN NEW.fencing < OLD.fencing
BEGIN SELECT RAISE(ABORT, 'a fencing number never falls'); END;
CREATE TRIGGER leases_stay BEFORE DELETE ON leases
BEGIN SELECT RAISE(ABORT, 'a lease is released, not deleted'); END;

-- Legal transitions. An unchanged status is always legal.
CREATE TRIGGER features_transition BEFORE UPDATE OF status ON features
WHEN NEW.status <> OLD.status AND NOT (
  (OLD.status = 'in-progress' AND NEW.status IN ('completed', 'archived')) OR
  (OLD.status = 'completed' AND NEW.status IN ('in-progress', 'archived')))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a feature'); END;

CREATE TRIGGER pull_requests_transition
BEFORE UPDATE OF status ON pull_requests
WHEN NEW.status <> OLD.status AND OLD.status = 'merged'
BEGIN SELECT RAISE(ABORT, 'a merged pull request stays merged'); END;

CREATE TRIGGER blockers_transition BEFORE UPDATE OF status ON blockers
WHEN OLD.status = 'resolved' AND NEW.status <> 'resolved'
BEGIN SELECT RAISE(ABORT, 'a resolved blocker is not reopened'); END;

CREATE TRIGGER checkins_transition BEFORE UPDATE OF state ON checkins
WHEN NEW.state <> OLD.state AND OLD.state IN ('done', 'cancelled', 'failed')
BEGIN SELECT RAISE(ABORT, 'an ended check-in stays ended'); END;

CREATE TRIGGER asks_transition BEFORE UPDATE OF status ON asks
WHEN NEW.status <> OLD.status AND OLD.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'an answered ask stays answered'); END;

CREATE TRIGGER contradictions_transition
BEFORE UPDATE OF status ON contradictions
WHEN OLD.status = 'resolved' AND NEW.status <> 'resolved'
BEGIN SELECT RAISE(ABORT, 'a resolved contradiction is not reopened'); END;

CREATE TRIGGER intents_transition BEFORE UPDATE OF status ON intents
WHEN NEW.status <> OLD.status AND OLD.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'an ended intent stays ended'); END;

CREATE TRIGGER snapshots_transition BEFORE UPDATE OF dropped_at ON snapshots
WHEN OLD.dropped_at IS NOT NULL AND NEW.dropped_at IS NOT OLD.dropped_at
BEGIN SELECT RAISE(ABORT, 'a dropped snapshot stays dropped'); END;

CREATE TRIGGER limits_transition BEFORE UPDATE OF ended_at ON limits
WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at
BEGIN SELECT RAISE(ABORT, 'an ended limit stays ended'); END;

CREATE TRIGGER gates_no_update BEFORE UPDATE ON gates
BEGIN SELECT RAISE(ABORT, 'the result of a gate is not rewritten'); END;

CREATE TRIGGER queue_transition BEFORE UPDATE OF status ON queue
WHEN NEW.status <> OLD.status AND NOT (
  (OLD.status = 'queued' AND NEW.status IN ('running', 'paused', 'dead')) OR
  (OLD.status = 'running' AND
     NEW.status IN ('done', 'failed', 'paused', 'retrying', 'dead')) OR
  (OLD.status = 'paused' AND NEW.status IN ('queued', 'running', 'dead')) OR
  (OLD.status = 'failed' AND NEW.status IN ('retrying', 'queued', 'dead')) OR
  (OLD.status = 'retrying' AND
     NEW.status IN ('running', 'queued', 'paused', 'dead')) OR
  (OLD.status = 'dead' AND NEW.status = 'queued'))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a batch item'); END;

-- A batch has ended when all its items have: seen once, here.
CREATE TRIGGER batches_end AFTER UPDATE OF status ON queue
WHEN NEW.batch_id IS NOT NULL AND NEW.status IN ('done', 'failed', 'dead')
  AND NOT EXISTS (SELECT 1 FROM queue WHERE batch_id = NEW.batch_id
                   AND status NOT IN ('done', 'failed', 'dead'))
BEGIN
  UPDATE batches SET ended_at = coalesce(NEW.completed_at,
      CAST(strftime('%s', 'now') AS INTEGER) * 1000)
   WHERE id = NEW.batch_id AND ended_at IS NULL;
END;

CREATE INDEX conflicts_feature ON conflicts(feature_id, resolved);
CREATE INDEX blockers_feature ON blockers(feature_id, status);
CREATE INDEX messages_agent ON messages(agent_id, id);
