-- Version 6: plans, and set-ups that were undone.
ALTER TABLE features ADD COLUMN undone_at INTEGER;  -- its set-up was taken back

-- What a feature was launched with. `launching` until all of its agents run:
-- what a kill leaves is then completed, or undone, by the next launch.
CREATE TABLE plans (
  feature_id INTEGER PRIMARY KEY REFERENCES features(id),
  document TEXT NOT NULL,               -- as git orch plan writes it
  digest TEXT NOT NULL,                 -- of the specification
  status TEXT NOT NULL CHECK (status IN ('launching', 'launched')),
  created_at INTEGER NOT NULL
) STRICT;

-- Events of a set-up that was undone stay, and so does the row that they name:
-- a later set-up of that name takes it over.
DROP TRIGGER features_transition;
CREATE TRIGGER features_transition BEFORE UPDATE OF status ON features
WHEN NEW.status <> OLD.status AND NOT (
  (OLD.status = 'in-progress' AND NEW.status IN ('completed', 'archived')) OR
  (OLD.status = 'completed' AND NEW.status IN ('in-progress', 'archived')) OR
  (OLD.undone_at IS NOT NULL AND NEW.status = 'in-progress'))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a feature'); END;
