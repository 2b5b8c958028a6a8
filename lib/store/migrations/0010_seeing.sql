-- What people are told, and numbers that are kept instead of counted anew.

-- One row for each thing that somebody is to be told; open while it holds.
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,                    -- of what holds: told once
  kind TEXT NOT NULL,                   -- ask, needs-human, an event's type …
  severity TEXT NOT NULL
    CHECK (severity IN ('info', 'warning', 'critical')),
  needs_human INTEGER NOT NULL DEFAULT 0 CHECK (needs_human IN (0, 1)),
  spec_id TEXT,
  agent TEXT,                           -- its address
  text TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',    -- JSON: ids, evidence
  created_at INTEGER NOT NULL,
  escalated_at INTEGER,
  ended_at INTEGER,                     -- it holds no more, or was answered
  answer TEXT                           -- NULL: it went by itself
) STRICT;
CREATE UNIQUE INDEX notices_open ON notices(key) WHERE ended_at IS NULL;
CREATE INDEX notices_key ON notices(key);
CREATE INDEX notices_ended ON notices(ended_at) WHERE ended_at IS NOT NULL;
CREATE TRIGGER notices_transition BEFORE UPDATE OF ended_at ON notices
WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at
BEGIN SELECT RAISE(ABORT, 'an ended notice stays ended'); END;

-- The outbox: a row for each notice and sink.
CREATE TABLE notice_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notice_id INTEGER NOT NULL REFERENCES notices(id),
  sink TEXT NOT NULL,
  step INTEGER NOT NULL DEFAULT 0,      -- 0: the first; 1 …: escalations
  status TEXT NOT NULL DEFAULT 'waiting'
    CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL,          -- quiet hours, back-off
  pid INTEGER,                          -- who is sending it
  pid_start INTEGER,
  reason TEXT,                          -- why it waits, failed or was dropped
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (notice_id, sink, step)
) STRICT;
CREATE INDEX notice_deliveries_due ON notice_deliveries(not_before)
  WHERE status IN ('waiting', 'sending');
CREATE INDEX notice_deliveries_sent ON notice_deliveries(sink, ended_at)
  WHERE status = 'sent';
CREATE INDEX notice_deliveries_failed ON notice_deliveries(id)
  WHERE status = 'failed';
CREATE INDEX messages_failed ON messages(sent_at) WHERE level = 'failed';

-- How long things took: buckets of a histogram, of all time.
CREATE TABLE durations (
  what TEXT NOT NULL,                   -- hook, tick, fold …
  up_to_us INTEGER NOT NULL,            -- the bucket's upper end; -1: none
  count INTEGER NOT NULL,
  sum_us INTEGER NOT NULL,
  PRIMARY KEY (what, up_to_us)
) STRICT, WITHOUT ROWID;

-- Events counted by day (of UTC, since 1970), feature, role and type, up to the
-- event that the row `counted_events` of meta names.
CREATE TABLE event_days (
  day INTEGER NOT NULL,
  spec_id TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL DEFAULT '',
  event_type TEXT NOT NULL,
  is_commit INTEGER NOT NULL CHECK (is_commit IN (0, 1)),
  count INTEGER NOT NULL,
  PRIMARY KEY (day, spec_id, role, event_type, is_commit)
) STRICT, WITHOUT ROWID;

-- How long agents were in each state, by the day (of UTC, since 1970) on which
-- that ended.
CREATE TABLE state_times (
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  day INTEGER NOT NULL,
  state TEXT NOT NULL,
  ms INTEGER NOT NULL,
  PRIMARY KEY (agent_id, day, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER agents_state_times AFTER UPDATE OF state_since ON agents
WHEN NEW.state_since > OLD.state_since
BEGIN
  INSERT INTO state_times VALUES (OLD.id, NEW.state_since / 86400000, OLD.state,
                                  NEW.state_since - OLD.state_since)
    ON CONFLICT (agent_id, day, state) DO UPDATE SET ms = ms + excluded.ms;
END;

-- What a conversation of an agent has used, by day, as its CLI writes it down.
CREATE TABLE usage (
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  conversation TEXT NOT NULL,
  day INTEGER NOT NULL,
  model TEXT NOT NULL DEFAULT '',
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cached_tokens INTEGER NOT NULL DEFAULT 0,
  cost_micros INTEGER,                  -- of a US dollar; NULL: not told
  PRIMARY KEY (agent_id, conversation, day, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_read (
  transcript TEXT PRIMARY KEY,          -- a path
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  offset INTEGER NOT NULL,              -- so much of it was counted
  inode INTEGER NOT NULL,
  floor_at INTEGER NOT NULL,            -- what is not newer was counted before
  newest_at INTEGER NOT NULL,           -- of what was counted
  state TEXT NOT NULL                   -- JSON: where its reader stands
) STRICT, WITHOUT ROWID;
