import { firstSequenceAt, minuteAt } from '../event-id.ts'
import type { PruneOptions, PruneResult } from '../types.ts'
import type { Database } from './database.ts'

const rowsPerStep = 200
/** A step deletes about this many bytes of bodies at most, so that its commit stays short. */
const bytesPerStep = 4 * 1024 * 1024
/** Rejections may have large bodies. */
const rejectionsPerStep = 20
const countsPerStep = 2000

/** Removes what is past its retention, step by step; each is a transaction, between which others go on. */
export async function prune(
  { query, tables }: Pick<Database, 'query' | 'tables'>,
  options: PruneOptions,
): Promise<PruneResult> {
  const { now, eventRetentionMs, dedupRetentionMs } = options
  // An event's row is the memory of its id, so it stays for the longer of the two.
  const forgetBefore = now - Math.max(eventRetentionMs, dedupRetentionMs)

  async function passOver(text: string, ...values: readonly unknown[]): Promise<number> {
    let [count, last] = [0, -1]
    for (;;) {
      const [row] = await query(text, [last, ...values])
      count += Number(row?.['count'] ?? 0)
      last = Number(row?.['last'] ?? last)
      if (row?.['more'] !== true) return count
    }
  }

  async function removeAll(table: string, condition: string, value: number, limit: number): Promise<void> {
    const text = `WITH gone AS (
        DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${limit} FOR UPDATE SKIP LOCKED))
        RETURNING 1
      ) SELECT count(*) AS count FROM gone`
    for (;;) {
      const [row] = await query(text, [value])
      if (Number(row?.['count'] ?? 0) < limit) return
    }
  }

  const payloads = await passOver(
    `SELECT * FROM ${tables.schema}.prune_payloads_1($2, $3, $1, ${rowsPerStep}, ${bytesPerStep})`,
    now - eventRetentionMs,
    now,
  )
  const events = await passOver(
    `SELECT * FROM ${tables.schema}.prune_events_1($2, $3, $1, ${rowsPerStep})`,
    forgetBefore,
    now,
  )
  await removeAll(tables.rejections, 'seq < $1', firstSequenceAt(now - eventRetentionMs), rejectionsPerStep)
  const minute = minuteAt(forgetBefore)
  for (const table of [tables.eventTallies, tables.deliveryTallies, tables.rejectionTallies]) {
    await removeAll(table, 'minute < $1', minute, countsPerStep)
  }
  for (const table of [tables.eventHours, tables.deliveryHours]) {
    await removeAll(table, 'hour < $1', Math.floor(minute / 60), countsPerStep)
  }
  return { payloads, events }
}
