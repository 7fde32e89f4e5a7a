import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { firstSequenceAt } from '../../src/store/event-id.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { createScratchDir } from './contest.ts'

export const day = 86_400_000
export const twoWeeksAgo = Date.now() - 14 * day
export const openOptions = { dedupRetentionMs: 35 * day, lockWaitMs: 0 }
export const body = JSON.stringify({ order: 'x'.repeat(100), customer: { name: 'somebody' } })

/** An empty database of the store's own making, filled by `fill` without waiting for the disk. */
export function fillStore(fill: (db: DatabaseSync) => void): string {
  const dataDir = createScratchDir()
  openWriter({ dataDir, ...openOptions }).close()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA cache_size = -200000; PRAGMA temp_store = FILE')
  fill(db)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return dataDir
}

export const numbers = (count: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})`

/** Events evenly over two weeks: twenty sources, one in 100,000 of a rare one; one delivery each, most of them done. */
export function fillEvents(count: number): (db: DatabaseSync) => void {
  const first = firstSequenceAt(twoWeeksAgo)
  const step = Math.floor((firstSequenceAt(Date.now()) - first) / count)
  const at = `CAST(${twoWeeksAgo} + i * ${(14 * day) / count} AS INTEGER)`
  return (db) => {
    db.exec("BEGIN; INSERT INTO destinations (id, name) VALUES (1, 'http'), (2, 'handler')")
    db.exec(`${numbers(count)}
      INSERT INTO events (seq, source, type, external_id, received_at, body_size)
      SELECT ${first} + i * ${step},
        CASE WHEN i % 100000 = 77777 % ${count} THEN 'rare' ELSE 'source-' || (i % 20) END, 'type-' || (i % 7),
        'ext_' || hex(randomblob(8)), ${at}, ${body.length} FROM n`)
    db.exec(`INSERT INTO payloads (seq, headers, body)
      SELECT seq, '["Content-Type","application/json"]', CAST('${body}' AS BLOB) FROM events`)
    // Of a thousand: one dead, one retrying, the newest hundred of all pending.
    db.exec(`INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at, last_status)
      SELECT seq, 1 + (rowid / ${step}) % 2,
        CASE WHEN seq > ${first + (count - 100) * step} THEN 0 WHEN (seq - ${first}) / ${step} % 1000 = 5 THEN 3
          WHEN (seq - ${first}) / ${step} % 1000 = 6 THEN 0 ELSE 2 END,
        CASE WHEN seq > ${first + (count - 100) * step} THEN 0 ELSE 1 END, 0, received_at, 200 FROM events`)
    db.exec('INSERT INTO event_types (source, type) SELECT DISTINCT source, type FROM events')
    db.exec(`INSERT INTO event_tallies
      SELECT t.id, e.seq / 245760000, count(*), 0, sum(e.body_size)
      FROM events e JOIN event_types t ON t.source = e.source AND t.type = e.type GROUP BY 1, 2`)
    db.exec(`INSERT INTO event_hours
      SELECT t.source, c.minute / 60, sum(c.accepted), sum(c.duplicates), sum(c.bytes)
      FROM event_tallies c JOIN event_types t ON t.id = c.event_type GROUP BY 1, 2`)
    db.exec('COMMIT')
  }
}
