import type { DatabaseSync } from 'node:sqlite'
import { numberOrNull, type Row, textOrNull } from '../sql/rows.ts'
import type { DestinationStatus } from '../types.ts'

/** What is known of each destination and waits for it. */
export type DestinationQueries = () => DestinationStatus[]

interface Counts {
  pending: number
  retrying: number
  leased: number
  dead: number
}

/** Counting what took long is not done again before it is worth it: for so many times as long, the figures are kept. */
const keepFor = 20
/** What takes no longer than this is counted each time, in milliseconds. */
const quick = 20

export function createDestinationQueries(db: DatabaseSync): DestinationQueries {
  const open = 'deliveries INDEXED BY deliveries_open WHERE state >= 0 AND state < 2'
  const selectDestinations = db.prepare(
    `SELECT n.*,
       (SELECT due_at FROM ${open} AND destination = n.id AND lane = 0 AND state = 0 ORDER BY due_at LIMIT 1) AS live_due_at,
       (SELECT due_at FROM ${open} AND destination = n.id AND lane = 1 AND state = 0 ORDER BY due_at LIMIT 1) AS bulk_due_at
     FROM destinations n ORDER BY n.name`,
  )
  // One pass over each index, and over no row. What is done is not counted: nothing but all rows would say it.
  const selectOpen = db.prepare(
    `SELECT destination, sum(state = 0) AS pending, sum(state = 1) AS leased FROM ${open} GROUP BY destination`,
  )
  const selectBlocked = db.prepare(
    `SELECT destination, sum(state = -1) AS pending FROM deliveries INDEXED BY deliveries_ordered
     WHERE order_key IS NOT NULL AND state < 2 GROUP BY destination`,
  )
  const selectDead = db.prepare(
    'SELECT destination, count(*) AS dead FROM deliveries INDEXED BY deliveries_dead WHERE state = 3 GROUP BY destination',
  )
  const selectRetrying = db.prepare(
    `SELECT destination, count(*) AS retrying FROM deliveries INDEXED BY deliveries_retrying
     WHERE state = 0 AND attempt > series_start GROUP BY destination`,
  )
  const statements = [selectOpen, selectBlocked, selectDead, selectRetrying]
  let kept: ReadonlyMap<number, Counts> = new Map()
  let keptUntil = 0

  function count(): ReadonlyMap<number, Counts> {
    const counts = new Map<number, Counts>()
    for (const row of statements.flatMap((statement) => statement.all())) {
      const id = Number(row['destination'])
      const sums = counts.get(id) ?? { pending: 0, retrying: 0, leased: 0, dead: 0 }
      sums.pending += Number(row['pending'] ?? 0)
      sums.retrying += Number(row['retrying'] ?? 0)
      sums.leased += Number(row['leased'] ?? 0)
      sums.dead += Number(row['dead'] ?? 0)
      counts.set(id, sums)
    }
    return counts
  }

  return () => {
    const startedAt = performance.now()
    if (startedAt >= keptUntil) {
      kept = count()
      const endedAt = performance.now()
      const took = endedAt - startedAt
      keptUntil = took <= quick ? 0 : endedAt + took * keepFor
    }
    return selectDestinations.all().map((row) => toStatus(row, kept.get(Number(row['id']))))
  }
}

function toStatus(row: Row, counts: Counts | undefined): DestinationStatus {
  const due = [row['live_due_at'], row['bulk_due_at']].filter((at) => typeof at === 'number')
  return {
    name: String(row['name']),
    pausedAt: numberOrNull(row['paused_at']),
    disabledAt: numberOrNull(row['disabled_at']),
    disabledReason: textOrNull(row['disabled_reason']),
    ...{ pending: 0, retrying: 0, leased: 0, dead: 0, ...counts },
    oldestDueAt: due.length === 0 ? null : Math.min(...due),
  }
}
