import { firstSequenceAt } from '../event-id.ts'
import type { Database } from './database.ts'

/**
 * How far events can be given in order without missing one.
 *
 * Replicas store at the same time, so an event with a smaller sequence number may be committed after one with a larger.
 * Who accepts (`schema/accept.ts`) first takes the lock on `events` that an insert takes anyway and keeps it until the
 * commit, and only then looks for the greatest number that is visible: its own are greater. So when this
 * statement begins, whoever may still come with a smaller number than the greatest one visible to it already holds
 * that lock; the list of locks is read later than the snapshot was taken. Once those transactions have ended, nothing
 * smaller can appear. No clock matters for this, and no other program's transaction, as would be the case with
 * `pg_snapshot_xmin`.
 */
export interface Settled {
  /**
   * The greatest sequence number up to which nothing more will be stored, for a statement that is begun from now on;
   * -1: none. Waits for transactions that are about to end, but not for long.
   * @throws {StoreUnavailableError}
   */
  upTo(): Promise<number>
  /**
   * A sequence number after which whatever is stored from now on comes, the greatest that is known to be one; -1: none.
   * @throws {StoreUnavailableError}
   */
  start(): Promise<number>
}

interface Look {
  /** The greatest sequence number that was visible. */
  readonly newest: number
  /** Nothing smaller can appear any more. */
  readonly isSettled: boolean
}

const waitMs = 5
const maxWaits = 40

export function createSettled({ query, tables }: Pick<Database, 'query' | 'tables'>): Settled {
  const holders = (column: string) => `SELECT ${column} FROM pg_locks
    WHERE locktype = 'relation' AND relation = '${tables.events.replaceAll("'", "''")}'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND mode = 'RowExclusiveLock' AND granted`
  const look = `SELECT coalesce((SELECT max(seq) FROM ${tables.events}), -1) AS newest,
    ARRAY(${holders('virtualtransaction')}) AS holders`
  const lookAgain = `SELECT count(*) AS left FROM (${holders('virtualtransaction')}) h
    WHERE h.virtualtransaction = ANY ($1::text[])`
  // A transaction draws its numbers by the server's clock, after it began. When it did is not told of other users' ones.
  const selectBegin = `SELECT min(floor(extract(epoch FROM a.xact_start) * 1000))::bigint AS begin_ms,
      count(*) - count(a.xact_start) AS unknown
    FROM (${holders('pid')}) h LEFT JOIN pg_stat_activity a ON a.pid = h.pid`
  let settled = -1

  async function settle(): Promise<Look> {
    const [row] = await query(look)
    const before = row?.['holders']
    let left = Array.isArray(before) ? before.length : 0
    for (let waits = 0; left > 0 && waits < maxWaits; waits++) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      const [again] = await query(lookAgain, [before])
      left = Number(again?.['left'] ?? 0)
    }
    const newest = Number(row?.['newest'] ?? -1)
    if (left === 0) settled = Math.max(settled, newest)
    return { newest, isSettled: left === 0 }
  }

  return {
    async upTo() {
      await settle()
      return settled
    },
    async start() {
      const { newest, isSettled } = await settle()
      if (isSettled || newest <= settled) return settled
      // Who holds it for long would have whoever watches read everything since the last time that nobody did.
      const [row] = await query(selectBegin)
      if (Number(row?.['unknown'] ?? 1) > 0) return settled
      const begin = row?.['begin_ms']
      return Math.max(settled, typeof begin === 'number' ? Math.min(newest, firstSequenceAt(begin) - 1) : newest)
    },
  }
}
