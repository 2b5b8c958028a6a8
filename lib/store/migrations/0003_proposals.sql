-- Version 3: how a conflict may be resolved, as an agent proposed it.
CREATE TABLE proposals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- names a ref: never used again
  conflict_id INTEGER NOT NULL REFERENCES conflicts(id),
  ours TEXT NOT NULL,                   -- the commits that it merges
  theirs TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'asked'
    CHECK (status IN ('asked', 'proposed', 'refused', 'applying', 'applied',
                      'discarded')),
  program TEXT NOT NULL,                -- who was asked
  files TEXT NOT NULL DEFAULT '[]',     -- that were in conflict
  lines INTEGER NOT NULL DEFAULT 0,     -- of both sides, in conflict
  places INTEGER NOT NULL DEFAULT 0,
  confidence INTEGER CHECK (confidence BETWEEN 0 AND 100),
  answer TEXT NOT NULL DEFAULT '',      -- what the program said
  reason TEXT NOT NULL DEFAULT '',      -- why it was refused
  ref TEXT NOT NULL DEFAULT '',
  commit_hash TEXT NOT NULL DEFAULT '', -- the proposed merge
  branch TEXT NOT NULL DEFAULT '',      -- where it was applied, full ref name
  merge_commit TEXT NOT NULL DEFAULT '',
  backup_ref TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  ended_at INTEGER                      -- answered, applied or discarded
) STRICT;
CREATE INDEX proposals_conflict ON proposals(conflict_id, id);

CREATE TRIGGER proposals_transition BEFORE UPDATE OF status ON proposals
WHEN NEW.status <> OLD.status AND NOT (
  (OLD.status = 'asked' AND NEW.status IN ('proposed', 'refused')) OR
  (OLD.status = 'proposed' AND NEW.status IN ('applying', 'discarded')) OR
  (OLD.status = 'applying' AND NEW.status IN ('applied', 'proposed')) OR
  (OLD.status = 'refused' AND NEW.status = 'discarded'))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a proposal'); END;
