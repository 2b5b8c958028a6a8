-- Version 7: what opens a guard, and what refs were when we last looked.
CREATE TABLE overrides (
  id INTEGER PRIMARY KEY,
  guard TEXT NOT NULL,                  -- guards.refs, guards.paths, …
  agent_id INTEGER REFERENCES agents(id),  -- NULL: every agent
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX overrides_open ON overrides(expires_at);

CREATE TABLE known_refs (
  name TEXT PRIMARY KEY,                -- full
  value TEXT NOT NULL,                  -- an id, or "ref: <full name>"
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
