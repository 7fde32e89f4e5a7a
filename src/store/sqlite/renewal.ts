import type { DatabaseSync } from 'node:sqlite'
import { stateCodes } from '../sql/states.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Ordering } from './ordering.ts'

/** Live deliveries are claimed before those that were started anew in bulk. */
export const lanes = { live: 0, bulk: 1 } as const

/** A delivery that somebody found, and the state it had then. */
export interface FoundDelivery {
  readonly seq: number
  /** Null: the event as such, wherever it went. */
  readonly destination: number | null
  readonly state: number | null
}

/** Starts deliveries anew and discards them, inside the open transaction. */
export interface Renewal {
  hasPayload(seq: number): boolean
  /** Starts a new series for the deliveries of an event in these states; says how many. */
  renewEvent(seq: number, states: readonly number[], now: number): number
  /** Starts a new series; the delivery is made if there is none. False: leased, or the payload is gone. */
  renew(seq: number, destination: number, now: number, lane: number): boolean
  /** Whether the delivery is still as it was found. */
  isStill(found: FoundDelivery): boolean
  /** Waits for the first attempt of a series, or is leased: nothing to start. */
  isUnderWay(seq: number, destination: number, now: number): boolean
  /** False: it is leased or finished. */
  discard(seq: number, destination: number, now: number): boolean
}

export function createRenewal(db: DatabaseSync, attempts: AttemptLog, ordering: Ordering): Renewal {
  const selectOf = db.prepare('SELECT destination, state FROM deliveries WHERE seq = ?')
  const selectOne = db.prepare(
    'SELECT state, attempt, series_start, due_at FROM deliveries WHERE seq = ? AND destination = ?',
  )
  const selectPayload = db.prepare('SELECT 1 FROM payloads WHERE seq = ?')
  const insert = db.prepare(
    `INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at, lane) VALUES (?, ?, 0, 0, 0, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  // What has an ordering key stands in line first; `advance` says whose turn it is.
  const restart = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN order_key IS NULL THEN 0 ELSE -1 END,
       series_start = attempt, crashes = 0, due_at = ?, lane = ?
     WHERE seq = ? AND destination = ? AND (state <> 1 OR due_at <= ?)
     RETURNING order_key`,
  )
  const discard = db.prepare(
    `UPDATE deliveries SET state = 4, due_at = ?
     WHERE seq = ? AND destination = ? AND (state IN (-1, 0, 3) OR (state = 1 AND due_at <= ?))
     RETURNING order_key`,
  )

  function advance(destination: number, key: unknown): void {
    if (typeof key === 'string') ordering.advance(destination, key)
  }

  function restartOne(seq: number, destination: number, now: number, lane: number): boolean {
    attempts.keepDone(seq, destination)
    const row = restart.get(now, lane, seq, destination, now)
    if (row === undefined) return false
    advance(destination, row['order_key'])
    return true
  }

  const hasPayload = (seq: number) => selectPayload.get(seq) !== undefined

  return {
    hasPayload,
    renewEvent(seq, states, now) {
      const found = selectOf.all(seq).filter(({ state }) => states.includes(Number(state)))
      if (found.length === 0 || !hasPayload(seq)) return 0
      return found.filter(({ destination }) => restartOne(seq, Number(destination), now, lanes.live)).length
    },
    renew(seq, destination, now, lane) {
      if (!hasPayload(seq)) return false
      return insert.run(seq, destination, now, lane).changes === 1 || restartOne(seq, destination, now, lane)
    },
    isStill: ({ seq, destination, state }) =>
      destination === null || selectOne.get(seq, destination)?.['state'] === state,
    isUnderWay(seq, destination, now) {
      const row = selectOne.get(seq, destination)
      if (row === undefined) return false
      if (row['state'] === stateCodes.leased) return Number(row['due_at']) > now
      const waiting = row['state'] === stateCodes.pending || row['state'] === stateCodes.blocked
      return waiting && row['attempt'] === row['series_start']
    },
    discard(seq, destination, now) {
      const row = discard.get(now, seq, destination, now)
      if (row === undefined) return false
      advance(destination, row['order_key'])
      return true
    },
  }
}
