-- Version 9: integration. The merge queue and its gates, results of tests one by
-- one, pull requests as the forge has them, and syncs.

-- Tests. A result may be of no feature, as what a CI job has tested, so the
-- table is made anew.
DROP VIEW v_test_summary;
CREATE TABLE new_test_results (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER REFERENCES features(id),
  role TEXT NOT NULL,
  test_type TEXT NOT NULL CHECK (test_type IN ('unit', 'integration', 'e2e')),
  commit_hash TEXT,
  tree TEXT,                            -- NULL: it cannot be told
  status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'skipped')),
  total INTEGER, passed INTEGER, failed INTEGER,
  duration_ms INTEGER,
  logs_url TEXT,
  created_at INTEGER NOT NULL,
  skipped INTEGER,
  source TEXT,                          -- exit, junit, tap
  command TEXT,                         -- NULL: imported
  reason TEXT,                          -- why not passed
  dirty INTEGER NOT NULL DEFAULT 0      -- with work that no commit holds
    CHECK (dirty IN (0, 1))
) STRICT;
INSERT INTO new_test_results(id, feature_id, role, test_type, commit_hash, tree,
                             status, total, passed, failed, duration_ms,
                             logs_url, created_at)
SELECT id, feature_id, role, test_type, commit_hash, tree, status, total, passed,
       failed, duration_ms, logs_url, created_at FROM test_results;
DROP TABLE test_results;
ALTER TABLE new_test_results RENAME TO test_results;
CREATE INDEX test_results_feature ON test_results(feature_id, test_type);
CREATE INDEX test_results_tree ON test_results(tree);
CREATE VIEW v_test_summary AS
SELECT f.spec_id, t.role, t.test_type, count(*) AS runs,
       sum(t.status = 'passed') AS passed, sum(t.status = 'failed') AS failed,
       sum(t.status = 'skipped') AS skipped,
       max(t.created_at) AS last_at
FROM test_results t LEFT JOIN features f ON f.id = t.feature_id
GROUP BY t.feature_id, t.role, t.test_type;
CREATE TABLE test_cases (
  id INTEGER PRIMARY KEY,
  result_id INTEGER NOT NULL REFERENCES test_results(id),
  suite TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'skipped')),
  duration_ms INTEGER,
  message TEXT
) STRICT;
CREATE INDEX test_cases_result ON test_cases(result_id);

-- Gates.
ALTER TABLE gates ADD COLUMN flaky INTEGER NOT NULL DEFAULT 0
  CHECK (flaky IN (0, 1));              -- red, then green, on the same tree
ALTER TABLE gates ADD COLUMN log TEXT;  -- the end of what it printed
ALTER TABLE gates ADD COLUMN commit_hash TEXT;  -- the candidate it ran on

-- The merge queue: a row for each branch that is asked to land.
CREATE TABLE landings (
  id INTEGER PRIMARY KEY,
  feature_id INTEGER NOT NULL REFERENCES features(id),
  agent_id INTEGER REFERENCES agents(id),  -- NULL: a branch of nobody
  ref TEXT NOT NULL,                    -- what lands: a full ref name
  commit_hash TEXT NOT NULL,            -- its tip when it was queued
  into_ref TEXT NOT NULL,               -- where to: a full ref name
  priority INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'landed', 'rejected', 'target-dirty',
                      'withdrawn', 'undone')),
  reason TEXT,                          -- why it waits, or did not land
  paths TEXT NOT NULL DEFAULT '[]',
  landed_commit TEXT,                   -- what the target became with it
  backup_ref TEXT,                      -- the target before
  method TEXT,                          -- merge, squash, rebase
  told TEXT,                            -- a fingerprint of what its owner knows
  queued_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX landings_open ON landings(ref, into_ref)
  WHERE status IN ('queued', 'target-dirty');
CREATE INDEX landings_feature ON landings(feature_id);

-- Pull requests.
ALTER TABLE pull_requests ADD COLUMN forge TEXT;   -- gh, glab, tea, command
ALTER TABLE pull_requests ADD COLUMN checks TEXT;  -- passing, failing, pending
ALTER TABLE pull_requests ADD COLUMN review TEXT;  -- approved, changes, required
ALTER TABLE pull_requests ADD COLUMN head_commit TEXT;  -- that was pushed
ALTER TABLE pull_requests ADD COLUMN error TEXT;   -- why the forge lacks it
ALTER TABLE pull_requests ADD COLUMN synced_at INTEGER;
ALTER TABLE pull_requests ADD COLUMN remote TEXT;  -- where it is to be opened
ALTER TABLE pull_requests ADD COLUMN body TEXT;    -- until the forge has it
-- What of a pull request its agent was told: each thing once.
CREATE TABLE pull_request_notices (
  pull_request_id INTEGER NOT NULL REFERENCES pull_requests(id),
  fingerprint TEXT NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (pull_request_id, fingerprint)
) STRICT, WITHOUT ROWID;

-- Syncs: when an agent's branch last took in its upstream, and what it was told
-- of what it lacks.
CREATE TABLE syncs (
  agent_id INTEGER PRIMARY KEY REFERENCES agents(id),
  upstream TEXT,                        -- the commit that it took in; NULL: none
  method TEXT,                          -- rebase, merge, forward; NULL: none yet
  synced_at INTEGER,
  told TEXT,                            -- the upstream it was last told of
  message_id INTEGER                    -- with which it was
) STRICT;
