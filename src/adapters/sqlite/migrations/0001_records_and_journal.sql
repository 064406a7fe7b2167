-- SPDX-License-Identifier: Apache-2.0
-- Records and the journal. Times are microseconds since 1970; leases are nanoseconds of CLOCK_BOOTTIME in the boot named.

CREATE TABLE record (
  sequence    INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  scope       TEXT NOT NULL,
  state       TEXT NOT NULL,
  priority    INTEGER NOT NULL,
  subject     TEXT NOT NULL,
  unique_key  TEXT,
  due_at      INTEGER,
  body        TEXT NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  holder      TEXT NOT NULL,
  lease_until INTEGER,
  lease_boot  TEXT
) STRICT;

CREATE UNIQUE INDEX record_key ON record (kind, id);
CREATE UNIQUE INDEX record_unique ON record (kind, unique_key) WHERE unique_key IS NOT NULL;
-- The order of lists; SQLite adds the sequence as the last column of each.
CREATE INDEX record_order ON record (kind, priority DESC);
CREATE INDEX record_state ON record (kind, state, priority DESC);
-- Only the few records that each is asked for stand in these.
CREATE INDEX record_subject ON record (kind, subject) WHERE subject <> '';
CREATE INDEX record_due ON record (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX record_held ON record (kind) WHERE holder <> '';

CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  subject  TEXT NOT NULL,
  epoch    INTEGER NOT NULL,
  type     TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT;

CREATE INDEX event_subject ON event (subject);

-- The highest sequences that removed rows had, so that none is given twice. One row.
CREATE TABLE spent (
  record INTEGER NOT NULL,
  event  INTEGER NOT NULL
) STRICT;
INSERT INTO spent VALUES (0, 0);
