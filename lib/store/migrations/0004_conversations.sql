-- Version 4: conversations that go on after a restart, restarts that wait, and
-- who answered an ask.
ALTER TABLE agents ADD COLUMN conversation TEXT;  -- the agent CLI's own id of it
ALTER TABLE agents ADD COLUMN transcript TEXT;    -- where that CLI writes it down
ALTER TABLE agents ADD COLUMN restart_at INTEGER; -- after a crash, not before

ALTER TABLE asks ADD COLUMN answered_by TEXT;
ALTER TABLE asks ADD COLUMN answer TEXT;          -- in words, may be empty
ALTER TABLE asks ADD COLUMN escalated_at INTEGER; -- a person was told, too

CREATE INDEX asks_open ON asks(expires_at) WHERE status = 'open';
CREATE INDEX messages_sender ON messages(sender, sent_at);
