-- Version 5: what a start finds out, runs that ended badly, and ports.
ALTER TABLE agents ADD COLUMN cli_version TEXT;      -- as the CLI prints it
ALTER TABLE agents ADD COLUMN pid_namespace INTEGER; -- pids mean nothing outside

-- A run that ended without having been told to.
CREATE TABLE agent_crashes (
  id INTEGER PRIMARY KEY,
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  run TEXT NOT NULL UNIQUE,             -- told twice is once
  at INTEGER NOT NULL,
  exit_status INTEGER,                  -- NULL: nobody saw how
  log TEXT NOT NULL                     -- the last lines of the pane
) STRICT;
CREATE INDEX agent_crashes_agent ON agent_crashes(agent_id, at);

-- Ports of this machine that agents hold, each for one variable of theirs.
CREATE TABLE ports (
  port INTEGER PRIMARY KEY CHECK (port BETWEEN 1024 AND 65535),
  agent_id INTEGER NOT NULL REFERENCES agents(id),
  name TEXT NOT NULL,                   -- of the environment variable
  taken_at INTEGER NOT NULL,
  UNIQUE (agent_id, name)
) STRICT;
