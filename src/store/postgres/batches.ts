import type { Row } from '../sql/rows.ts'
import type { BatchQuery, BatchStep, Store } from '../types.ts'
import type { Database, Query } from './database.ts'
import type { DeliveryScan, FoundDelivery, ScanResult } from './delivery-scan.ts'
import { durably } from './durably.ts'
import type { EventScan } from './event-scan.ts'
import { lanes } from './lanes.ts'
import type { Names } from './names.ts'

/** What operators do with many deliveries: found first, then changed under lock if they are still as they were found. */
export type Batches = Pick<Store, 'replayBatch' | 'discardBatch'>

export interface BatchParts {
  readonly database: Database
  readonly names: Names
  readonly deliveries: DeliveryScan
  readonly events: EventScan
}

/** So many are changed in one transaction at most. */
const maxLimit = 1000

interface Pairs {
  readonly seqs: readonly number[]
  readonly destinations: readonly (number | null)[]
}

export function createBatches({ database, names, deliveries, events }: BatchParts): Batches {
  const { transaction, tables: t } = database
  const restart = `SELECT seq FROM ${t.schema}.restart_1($1::bigint[], $2::int[], $3::smallint, $4::bigint, $5::smallint)`
  const discard = `SELECT seq FROM ${t.schema}.discard_1($1::bigint[], $2::int[], $3::smallint, $4::bigint)`
  const selectStill = `SELECT DISTINCT f.seq FROM unnest($1::bigint[], $2::int[], $3::smallint[]) AS f (seq, destination, state)
    LEFT JOIN ${t.deliveries} d ON d.seq = f.seq AND d.destination = f.destination
    WHERE f.destination IS NULL OR d.state = f.state`
  // Kept from pruning until the deliveries are there.
  const lockPayloads = `SELECT p.seq FROM ${t.payloads} p WHERE p.seq = ANY ($1::bigint[]) ORDER BY p.seq FOR KEY SHARE`
  const insert = `INSERT INTO ${t.deliveries} (seq, destination, state, due_at, lane)
    SELECT s.seq, $2, 0, $3, ${lanes.bulk} FROM unnest($1::bigint[]) AS s (seq) ON CONFLICT DO NOTHING RETURNING seq`
  const selectUnderWay = `SELECT d.seq FROM ${t.deliveries} d WHERE d.seq = ANY ($1::bigint[]) AND d.destination = $2
    AND ((d.state = 1 AND d.due_at > $3) OR (d.state IN (-1, 0) AND d.attempt = d.series_start))`

  function restartFound(query: Query, { seqs, destinations }: Pairs, state: number | null, now: number) {
    return query(restart, [seqs, destinations, state, now, lanes.bulk]).then(seqsOf)
  }

  async function discardFound(query: Query, found: readonly FoundDelivery[], now: number): Promise<number> {
    let count = 0
    for (const [state, { seqs, destinations }] of byState(found)) {
      count += (await query(discard, [seqs, destinations, state, now])).length
    }
    return count
  }

  async function replayFound(found: readonly FoundDelivery[], now: number): Promise<number> {
    return transaction(async (query) => {
      await query(durably)
      let count = 0
      for (const [state, pairs] of byState(found)) count += (await restartFound(query, pairs, state, now)).length
      return count
    })
  }

  async function redirect(found: readonly FoundDelivery[], to: number, move: boolean, now: number): Promise<number> {
    return transaction(async (query) => {
      await query(durably)
      const places = [
        found.map(({ seq }) => seq),
        found.map(({ destination }) => destination),
        found.map(({ state }) => state),
      ]
      const still = seqsOf(await query(selectStill, places))
      const kept = seqsOf(await query(lockPayloads, [still]))
      const made = new Set(seqsOf(await query(insert, [kept, to, now])))
      const known = kept.filter((seq) => !made.has(seq))
      const restarted = await restartFound(query, { seqs: known, destinations: known.map(() => to) }, null, now)
      if (move) {
        // What was under way there already has arrived as well as what was started.
        const there = new Set([...made, ...restarted, ...seqsOf(await query(selectUnderWay, [known, to, now]))])
        await discardFound(
          query,
          found.filter(({ seq, destination }) => there.has(seq) && destination !== to),
          now,
        )
      }
      return made.size + restarted.length
    })
  }

  async function step(
    { limit, after, ...filter }: BatchQuery,
    find: (request: Parameters<DeliveryScan['find']>[0]) => Promise<ScanResult>,
    change: (found: readonly FoundDelivery[]) => Promise<number>,
  ): Promise<BatchStep> {
    const { found, next } = await find({ filter, order: 'oldest', after, limit: Math.min(limit, maxLimit) })
    return { count: found.length === 0 ? 0 : await change(found), next }
  }

  return {
    async replayBatch(query, now, { destination, move = false } = {}) {
      if (destination === undefined) return step(query, deliveries.find, (found) => replayFound(found, now))
      const [to = 0] = await names.destinations([destination])
      const asEvents = query.state === undefined && query.destination === undefined
      return step(query, asEvents ? events.oldest : deliveries.find, (found) => redirect(found, to, move, now))
    },
    discardBatch: (query, now) =>
      step(query, deliveries.find, (found) =>
        transaction(async (run) => {
          await run(durably)
          return discardFound(run, found, now)
        }),
      ),
  }
}

/** Deliveries as they were found, those of one state together. Events as such are none. */
function byState(found: readonly FoundDelivery[]): ReadonlyMap<number, Pairs> {
  const groups = new Map<number, FoundDelivery[]>()
  for (const one of found) {
    if (one.state === null || one.destination === null) continue
    const group = groups.get(one.state)
    if (group === undefined) groups.set(one.state, [one])
    else group.push(one)
  }
  return new Map(
    [...groups].map(([state, group]) => [
      state,
      { seqs: group.map(({ seq }) => seq), destinations: group.map(({ destination }) => destination) },
    ]),
  )
}

function seqsOf(rows: readonly Row[]): number[] {
  return rows.map(({ seq }) => Number(seq))
}
