-- The schema's version is PRAGMA user_version: the number of the last file that was applied.
-- Times are milliseconds since the epoch.

-- What was agreed on, in order. A snapshot stands for all commands up to its seq.
CREATE TABLE command_log (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  command TEXT NOT NULL
) STRICT;

CREATE TABLE state_snapshot (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;

-- The last known picture of each server.
CREATE TABLE instance_snapshot (
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  snapshot TEXT NOT NULL,
  PRIMARY KEY (hostname, port)
) STRICT;

-- What a recovery did: each effect before and after it, and notes for people.
CREATE TABLE recovery_effect (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  recovery_uid TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('before', 'after', 'note')),
  before_id INTEGER,
  kind TEXT NOT NULL,
  server TEXT NOT NULL,
  statement TEXT NOT NULL,
  effect TEXT,
  result TEXT,
  error TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX recovery_effect_by_recovery ON recovery_effect (recovery_uid, id);
CREATE INDEX recovery_effect_by_time ON recovery_effect (at_ms);

-- An entry about no instance has an empty host name and port 0.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_instance ON audit (hostname, port, id);
CREATE INDEX audit_by_time ON audit (at_ms);

CREATE TABLE last_analysis (
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (hostname, port)
) STRICT, WITHOUT ROWID;

CREATE TABLE analysis_change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  code TEXT NOT NULL
) STRICT;
CREATE INDEX analysis_change_by_instance ON analysis_change (hostname, port, id);
CREATE INDEX analysis_change_by_time ON analysis_change (at_ms);
