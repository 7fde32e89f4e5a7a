import type { DatabaseSync } from 'node:sqlite'
import { isRecorded } from '../attempt-records.ts'
import { maxRepeatedResponseBytes, maxResponseBytes } from '../delivery-types.ts'
import type { Settlement } from '../types.ts'

/**
 * Attempts, in the commit of what they led to. A delivered attempt of which no answer is kept has no row: its figures
 * are in the delivery's own row, which is written anyway, until a replay needs the room.
 */
export interface AttemptLog {
  /** Of a settlement that was recorded. */
  settled(seq: number, destination: number, settlement: Settlement): void
  /** The delivery is leased, its lease has ended, and nobody said how the attempt went. */
  crashed(seq: number, destination: number): void
  /** The delivery begins anew: moves the attempt that its row stands for to a row of its own. */
  keepDone(seq: number, destination: number): void
  /** Forgets the attempts of an event. */
  prune(seq: number): void
}

export function createAttemptLog(db: DatabaseSync): AttemptLog {
  const insert = db.prepare(
    `INSERT INTO attempts (seq, destination, attempt, started_at, duration_ms, outcome, status, error, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertCrashed = db.prepare(
    `INSERT OR IGNORE INTO attempts (seq, destination, attempt, started_at, outcome, error)
     SELECT seq, destination, attempt, coalesce(started_at, due_at), 'crashed', 'ended without an outcome'
     FROM deliveries WHERE seq = ? AND destination = ? AND state = 1`,
  )
  const insertDone = db.prepare(
    `INSERT OR IGNORE INTO attempts (seq, destination, attempt, started_at, duration_ms, outcome, status)
     SELECT seq, destination, attempt, started_at, duration_ms, 'done', last_status
     FROM deliveries WHERE seq = ? AND destination = ? AND state = 2 AND started_at IS NOT NULL`,
  )
  // `length` of a blob reads none of it, so that this costs nothing where answers are short.
  const cut = db.prepare(
    `UPDATE attempts SET body = substr(body, 1, ${maxRepeatedResponseBytes})
     WHERE seq = ? AND destination = ? AND attempt < ? AND status = ? AND length(body) > ${maxRepeatedResponseBytes}`,
  )
  const selectStart = db.prepare('SELECT started_at FROM deliveries WHERE seq = ? AND destination = ?')
  const remove = db.prepare('DELETE FROM attempts WHERE seq = ?')

  return {
    settled(seq, destination, settlement) {
      if (!isRecorded(settlement)) return
      const { attempt, outcome, status, error, record } = settlement
      if (outcome !== 'done' && status !== null && record?.responseBody) cut.run(seq, destination, attempt, status)
      insert.run(
        seq,
        destination,
        attempt,
        record?.startedAt ?? Number(selectStart.get(seq, destination)?.['started_at'] ?? 0),
        record?.durationMs ?? null,
        outcome,
        status,
        error,
        record === undefined || record.responseHeaders.length === 0 ? null : JSON.stringify(record.responseHeaders),
        record?.responseBody?.subarray(0, maxResponseBytes) ?? null,
      )
    },
    crashed: (seq, destination) => void insertCrashed.run(seq, destination),
    keepDone: (seq, destination) => void insertDone.run(seq, destination),
    prune: (seq) => void remove.run(seq),
  }
}
