import { numberOrNull, type Row, textOrNull } from '../sql/rows.ts'
import type { DestinationStatus } from '../types.ts'
import type { Database } from './database.ts'

/** What is known of each destination and waits for it. */
export type DestinationQueries = () => Promise<readonly DestinationStatus[]>

interface Counts {
  pending: number
  retrying: number
  leased: number
  dead: number
}

/** Counting what took long is not done again before it is worth it: for so many times as long, the figures are kept. */
const keepFor = 20
/** What takes no longer than this is counted each time, in milliseconds. */
const quickMs = 100
/** Of what waits for a destination in one state, so many are counted: more is a figure that nobody needs exactly. */
const maxCounted = 1_000_000

export function createDestinationQueries({ query, tables: t }: Database): DestinationQueries {
  const open = `${t.deliveries} d WHERE d.destination = n.id AND d.state >= 0 AND d.state < 2`
  const firstDue = (lane: number) =>
    `(SELECT d.due_at FROM ${open} AND d.lane = ${lane} AND d.state = 0 ORDER BY d.due_at LIMIT 1)`
  const selectDestinations = `SELECT n.*, LEAST(${firstDue(0)}, ${firstDue(1)}) AS oldest_due_at
    FROM ${t.destinations} n ORDER BY n.name COLLATE "C"`
  const counted = (rows: string) => `(SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${maxCounted}) c)`
  // What is done is not counted: nothing but all rows would say it.
  const selectCounts = `SELECT n.id, o.pending, o.leased,
      ${counted(`${t.deliveries} d WHERE d.destination = n.id AND d.order_hash IS NOT NULL AND d.state < 2 AND d.state = -1`)}
        AS blocked,
      ${counted(`${t.deliveries} d WHERE d.destination = n.id AND d.state = 3`)} AS dead,
      ${counted(`${t.deliveries} d WHERE d.destination = n.id AND d.state = 0 AND d.attempt > d.series_start`)} AS retrying
    FROM ${t.destinations} n CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE s.state = 0) AS pending, count(*) FILTER (WHERE s.state = 1) AS leased
      FROM (SELECT d.state FROM ${open} LIMIT ${maxCounted}) s
    ) o`
  let kept: ReadonlyMap<number, Counts> | null = null
  let keptUntil = 0
  let counting: Promise<ReadonlyMap<number, Counts>> | null = null

  async function count(): Promise<ReadonlyMap<number, Counts>> {
    const startedAt = performance.now()
    const counts = new Map<number, Counts>()
    for (const row of await query(selectCounts)) {
      counts.set(Number(row['id']), {
        pending: Number(row['pending']) + Number(row['blocked']),
        retrying: Number(row['retrying']),
        leased: Number(row['leased']),
        dead: Number(row['dead']),
      })
    }
    const endedAt = performance.now()
    const took = endedAt - startedAt
    keptUntil = took <= quickMs ? 0 : endedAt + took * keepFor
    kept = counts
    return counts
  }

  /** However many ask, one of them counts. Where it once took long, nobody waits for it: the figures are seconds old. */
  async function counts(): Promise<ReadonlyMap<number, Counts>> {
    if (kept !== null && performance.now() < keptUntil) return kept
    const isSlow = keptUntil > 0
    counting ??= count().finally(() => {
      counting = null
    })
    if (kept === null || !isSlow) return counting
    // Whoever waits for it, if anybody, hears of a failure.
    counting.catch(() => {})
    return kept
  }

  return async () => {
    const rows = await query(selectDestinations)
    const known = await counts()
    // One that is newer than the figures would be said to have nothing waiting.
    const isKnown = rows.every((row) => known.has(Number(row['id'])))
    const figures = isKnown ? known : await count()
    return rows.map((row) => toStatus(row, figures.get(Number(row['id']))))
  }
}

function toStatus(row: Row, counts: Counts | undefined): DestinationStatus {
  return {
    name: String(row['name']),
    pausedAt: numberOrNull(row['paused_at']),
    disabledAt: numberOrNull(row['disabled_at']),
    disabledReason: textOrNull(row['disabled_reason']),
    ...{ pending: 0, retrying: 0, leased: 0, dead: 0, ...counts },
    oldestDueAt: numberOrNull(row['oldest_due_at']),
  }
}
