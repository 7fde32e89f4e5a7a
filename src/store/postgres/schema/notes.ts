import type { Tables } from '../tables.ts'

/** What the gateway remembers for itself. No version is given twice, by whichever replica. */
export function createNotesTable(t: Tables): string {
  return `
  CREATE SEQUENCE ${t.schema}.note_versions;
  CREATE TABLE ${t.notes} (
    kind       text        NOT NULL,
    key        text        NOT NULL,
    value      text        NOT NULL,
    version    bigint      NOT NULL DEFAULT nextval('${t.schema.replaceAll("'", "''")}.note_versions'),
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, key)
  ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
  `
}
