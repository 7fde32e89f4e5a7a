import type { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../errors.ts'

/** "post" in ASCII: marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x706f7374

/**
 * Forward only; a landed migration is never edited. The index in this list plus one is the schema's version, kept in the
 * file's `user_version`.
 *
 * `events` is the ledger and the memory of ids; `payloads` holds what is large and pruned earlier. Both grow at their
 * end only. There is deliberately no unique index on the ids: `dedup-index.ts` says why and what does its work.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    seq          INTEGER PRIMARY KEY,
    source       TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    external_id  TEXT,
    received_at  INTEGER NOT NULL,
    dedup_key    BLOB,
    replay_key   BLOB,
    body_size    INTEGER NOT NULL,
    duplicates   INTEGER NOT NULL DEFAULT 0,
    conflict     INTEGER NOT NULL DEFAULT 0,
    repeated     INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE payloads (
    seq     INTEGER PRIMARY KEY,
    headers TEXT NOT NULL,
    body    BLOB NOT NULL
  ) STRICT;

  CREATE TABLE dedup_segments (
    segment   INTEGER PRIMARY KEY,
    last_seq  INTEGER NOT NULL,
    newest_at INTEGER NOT NULL,
    filter    BLOB    NOT NULL
  ) STRICT;

  CREATE TABLE dedup_keys (
    segment INTEGER NOT NULL,
    key     BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (segment, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE destinations (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE deliveries (
    seq          INTEGER NOT NULL,
    destination  INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,
    series_start INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    last_status  INTEGER,
    last_error   TEXT,
    PRIMARY KEY (seq, destination)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX deliveries_open ON deliveries (destination, due_at, seq, state) WHERE state < 2;

  CREATE TABLE probes (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, filler BLOB NOT NULL) STRICT;
  `,

  // Nothing of this is touched by an event whose only delivery succeeds at once, but for one row of `event_tallies` and
  // one of `delivery_tallies` a minute. Minutes are counted as in `event-id.ts`: 245,760,000 sequence numbers each.
  // `destinations.breaker` is neither read nor written.
  `
  ALTER TABLE destinations ADD COLUMN paused_at INTEGER;
  ALTER TABLE destinations ADD COLUMN disabled_at INTEGER;
  ALTER TABLE destinations ADD COLUMN disabled_reason TEXT;
  ALTER TABLE destinations ADD COLUMN breaker TEXT;

  ALTER TABLE deliveries ADD COLUMN started_at INTEGER;
  ALTER TABLE deliveries ADD COLUMN duration_ms INTEGER;
  ALTER TABLE deliveries ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE deliveries ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE deliveries ADD COLUMN order_key TEXT;

  DROP INDEX deliveries_open;
  CREATE INDEX deliveries_open ON deliveries (destination, lane, due_at, seq, state) WHERE state >= 0 AND state < 2;
  CREATE INDEX deliveries_dead ON deliveries (destination, seq) WHERE state = 3;
  CREATE INDEX deliveries_retrying ON deliveries (destination, seq) WHERE state = 0 AND attempt > series_start;
  CREATE INDEX deliveries_ordered ON deliveries (destination, order_key, state, seq)
    WHERE order_key IS NOT NULL AND state < 2;

  CREATE TABLE attempts (
    id          INTEGER PRIMARY KEY,
    seq         INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    duration_ms INTEGER,
    outcome     TEXT    NOT NULL,
    status      INTEGER,
    error       TEXT,
    headers     TEXT,
    body        BLOB
  ) STRICT;
  CREATE UNIQUE INDEX attempts_of ON attempts (seq, destination, attempt);

  CREATE TABLE rejections (
    seq            INTEGER PRIMARY KEY,
    source         TEXT,
    cause          TEXT    NOT NULL,
    detail         TEXT,
    received_at    INTEGER NOT NULL,
    method         TEXT    NOT NULL,
    url            TEXT    NOT NULL,
    remote_address TEXT,
    body_size      INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    headers        TEXT    NOT NULL,
    body           BLOB
  ) STRICT;

  CREATE TABLE event_types (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    type   TEXT NOT NULL,
    UNIQUE (source, type)
  ) STRICT;
  CREATE TABLE event_tallies (
    event_type INTEGER NOT NULL,
    minute     INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (event_type, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE delivery_tallies (
    destination INTEGER NOT NULL,
    minute      INTEGER NOT NULL,
    done        INTEGER NOT NULL,
    retry       INTEGER NOT NULL,
    dead        INTEGER NOT NULL,
    PRIMARY KEY (destination, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rejection_tallies (
    source TEXT    NOT NULL,
    cause  TEXT    NOT NULL,
    minute INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (minute, source, cause)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO event_types (source, type) SELECT DISTINCT source, type FROM events;
  INSERT INTO event_tallies
    SELECT t.id, e.seq / 245760000, count(*), sum(e.duplicates), sum(e.body_size)
    FROM events e JOIN event_types t ON t.source = e.source AND t.type = e.type
    GROUP BY 1, 2;
  `,

  // What plots of days and weeks read.
  `
  CREATE TABLE event_hours (
    source     TEXT    NOT NULL,
    hour       INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (hour, source)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE delivery_hours (
    destination INTEGER NOT NULL,
    hour        INTEGER NOT NULL,
    done        INTEGER NOT NULL,
    retry       INTEGER NOT NULL,
    dead        INTEGER NOT NULL,
    PRIMARY KEY (hour, destination)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO event_hours
    SELECT t.source, c.minute / 60, sum(c.accepted), sum(c.duplicates), sum(c.bytes)
    FROM event_tallies c JOIN event_types t ON t.id = c.event_type GROUP BY 1, 2;
  INSERT INTO delivery_hours
    SELECT destination, minute / 60, sum(done), sum(retry), sum(dead) FROM delivery_tallies GROUP BY 1, 2;
  `,

  // Which secret verified an event: 1 the current one, 2 the previous one.
  `
  ALTER TABLE events ADD COLUMN secret INTEGER;
  `,

  // What the gateway remembers for itself.
  `
  CREATE TABLE notes (
    kind       TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  `,
]

/**
 * Brings the schema up to date, one transaction per version.
 * @throws {StoreOpenError} when the file belongs to another program or to a newer Posthorn.
 */
export function migrate(db: DatabaseSync): void {
  const version = readPragma(db, 'user_version')
  const owner = readPragma(db, 'application_id')
  if (version === 0 && owner === 0) {
    const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get()
    if (tables?.['n'] !== 0) throw new StoreOpenError('the file is a database of another program')
  } else if (owner !== applicationId) {
    throw new StoreOpenError('the file is a database of another program')
  }
  if (version > migrations.length) {
    throw new StoreOpenError(
      `the file was written by a newer Posthorn (schema ${version}, this one knows ${migrations.length}): run that version`,
    )
  }
  for (let next = version; next < migrations.length; next++) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(migrations[next] ?? '')
      db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${next + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}

export function readPragma(db: DatabaseSync, name: string): number {
  const value = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  return typeof value === 'number' ? value : Number.NaN
}
