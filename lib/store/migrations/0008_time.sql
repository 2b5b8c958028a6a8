-- Version 8: time. Check-ins by the calendar and their proof, limits that wake
-- agents, and the batch queue.
ALTER TABLE checkins ADD COLUMN schedule TEXT;   -- "0 9 * * 1-5 Europe/Berlin"
ALTER TABLE checkins ADD COLUMN failures INTEGER NOT NULL DEFAULT 0; -- in a row
ALTER TABLE checkins ADD COLUMN message_id INTEGER REFERENCES messages(id);

-- One row per exhaustion: open until its agent was woken, or it was cleared.
ALTER TABLE limits ADD COLUMN wakes_at INTEGER;  -- the reset, and its turn
ALTER TABLE limits ADD COLUMN reason TEXT;       -- how it ended
CREATE UNIQUE INDEX limits_open ON limits(agent_id) WHERE ended_at IS NULL;

-- What runs for an item, and what came of it.
ALTER TABLE queue ADD COLUMN pid INTEGER;        -- of its launch, while it runs
ALTER TABLE queue ADD COLUMN pid_start INTEGER;
ALTER TABLE queue ADD COLUMN time_limit_ms INTEGER CHECK (time_limit_ms > 0);
ALTER TABLE queue ADD COLUMN not_before INTEGER; -- of a retry
ALTER TABLE queue ADD COLUMN options TEXT;       -- of its launch, as JSON
ALTER TABLE queue ADD COLUMN content TEXT;       -- when it was added, as JSON
ALTER TABLE queue ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0
  CHECK (fresh IN (0, 1));              -- its next attempt begins anew
ALTER TABLE queue ADD COLUMN held_at INTEGER;    -- paused by limits, since
ALTER TABLE queue ADD COLUMN held_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN reason TEXT;        -- why it waits or has ended
CREATE INDEX queue_batch ON queue(batch_id);

-- Each attempt of an item, with the evidence of its failure.
CREATE TABLE queue_attempts (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES queue(id),
  attempt INTEGER NOT NULL,             -- from 1
  spec_id TEXT,
  fresh INTEGER NOT NULL DEFAULT 0 CHECK (fresh IN (0, 1)),
  after_event INTEGER NOT NULL DEFAULT 0,  -- only later events count
  started_at INTEGER NOT NULL,
  launches INTEGER NOT NULL DEFAULT 0,  -- how often its launch was started
  launched_at INTEGER,                  -- its team runs since
  ended_at INTEGER,
  outcome TEXT CHECK (outcome IN ('done', 'failed', 'cancelled')),
  evidence TEXT,                        -- of a failure: what was seen
  advice TEXT,                          -- an agent CLI's analysis of it
  UNIQUE (item_id, attempt)
) STRICT;
