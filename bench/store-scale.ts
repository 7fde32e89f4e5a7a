// Whether claiming and listing stay as fast when a lot is stored: fills a database with SQL, as the store would have
// left it after two weeks, and asks it. Run it alone: `node bench/store-scale.ts --events 1e4,1e6 --pending 1e3,1e5,1e6`.
import type { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { firstSequenceAt } from '../src/store/event-id.ts'
import { openReader } from '../src/store/sqlite/reader.ts'
import { openWriter } from '../src/store/sqlite/writer.ts'
import type { ClaimResult } from '../src/store/types.ts'
import { directoryBytes, removeScratchDir } from './harness/contest.ts'
import { body, day, fillEvents, fillStore, numbers, openOptions, twoWeeksAgo } from './harness/filled-store.ts'
import { median } from './harness/statistics.ts'
import { bytes, type Column, figure, renderTable } from './harness/table.ts'
import { batch, type ClaimCosts, type Cost, measureClaims } from './store-scale/claims.ts'
import { listTable } from './store-scale/lists.ts'
import { scaleOptions, sizes } from './store-scale/options.ts'

/** Events that all wait for one destination, all due; beside it another that has nothing to do. */
function fillPending(count: number, ordered: boolean): (db: DatabaseSync) => void {
  const first = firstSequenceAt(twoWeeksAgo)
  return (db) => {
    db.exec("BEGIN; INSERT INTO destinations (id, name) VALUES (1, 'slow')")
    db.exec(`${numbers(count)}
      INSERT INTO events (seq, source, type, received_at, body_size)
      SELECT ${first} + i * 4096, 'source', 'type', ${twoWeeksAgo} + i, ${body.length} FROM n`)
    db.exec(`INSERT INTO payloads (seq, headers, body) SELECT seq, '[]', CAST('${body}' AS BLOB) FROM events`)
    // With ordering keys the first of each of a hundred keys waits to be claimed, the others behind it.
    db.exec(`INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at, order_key)
      SELECT seq, 1, ${ordered ? `CASE WHEN seq < ${first + 100 * 4096} THEN 0 ELSE -1 END` : '0'}, 0, 0, received_at,
        ${ordered ? "'key-' || (seq / 4096 % 100)" : 'NULL'} FROM events`)
    db.exec('COMMIT')
  }
}

interface ClaimRow extends ClaimCosts {
  readonly pending: number
  readonly ordered: boolean
  readonly status: number
  readonly rss: number
}

/** Microseconds of CPU time, which other programs do not change; what the disk takes is the same for all. */
function cpu<T>(work: () => T): Cost<T> {
  const before = process.cpuUsage()
  const result = work()
  const used = process.cpuUsage(before)
  return { cost: used.user + used.system, result }
}

/** The same in milliseconds. */
function cpuMs<T>(work: () => T): Cost<T> {
  const { cost, result } = cpu(work)
  return { cost: cost / 1000, result }
}

async function measurePending(pending: number, ordered: boolean): Promise<ClaimRow> {
  const dataDir = fillStore(fillPending(pending, ordered))
  const writer = openWriter({ dataDir, ...openOptions })
  const costs = await measureClaims(
    {
      async claim(requests, now) {
        let claimed: ClaimResult['leases'] = []
        const { cost } = cpu(() => {
          const [outcome] = writer.run([], [{ do: 'claim', requests, now }], now).calls
          if (outcome?.ok && typeof outcome.value === 'object' && outcome.value !== null && 'leases' in outcome.value)
            claimed = outcome.value.leases
        })
        return { cost, result: claimed }
      },
      settle: async (settlements, now) => cpu(() => writer.run([], [{ do: 'settle', settlements, now }], now)),
      async accept(ids, now) {
        const event = {
          ...{ source: 'source', type: 'type', externalId: null, dedupKey: null, replay: null, receivedAt: now },
          ...{ headers: '[]', body: Buffer.from(body), destinations: ['slow'] },
          ...(ordered ? { orderingKeys: ['key-1'] } : {}),
        }
        return cpu(() => writer.run(Array(ids.length).fill(event), [], now))
      },
    },
    pending,
  )
  writer.close()
  const reader = openReader({ dataDir })
  const status = cpuMs(() => reader.destinations()).cost
  reader.close()
  removeScratchDir(dataDir)
  return { pending, ordered, status, rss: process.memoryUsage.rss(), ...costs }
}

async function measureEvents(events: number, only: readonly string[]): Promise<void> {
  const startedAt = performance.now()
  const dataDir = fillStore(fillEvents(events))
  const size = directoryBytes(dataDir)
  const reader = openReader({ dataDir })
  const table = await listTable(async (query) => cpuMs(() => reader.events.list(query)), 'CPU ms', only)
  const status = cpuMs(() => reader.destinations()).cost
  const statistics = (query: Parameters<typeof reader.statistics>[0]) =>
    median([1, 2, 3].map(() => cpuMs(() => reader.statistics(query)).cost))
  const counts = statistics({ from: Date.now() - day, to: Date.now(), bucketMs: 60_000 })
  const hourly = statistics({ from: twoWeeksAgo, to: Date.now(), bucketMs: 3_600_000 })
  reader.close()
  removeScratchDir(dataDir)
  console.log(`\n### ${events.toLocaleString('en')} events, ${bytes(size)}\n\n${table}\n`)
  console.log(
    `CPU time: destinations with what waits ${figure(status)} ms; counts of a day by minute ${figure(counts)} ms, ` +
      `of two weeks by hour ${figure(hourly)} ms.`,
  )
  console.error(`${events} events in ${figure((performance.now() - startedAt) / 1000)} s`)
}

const { values } = parseArgs({ options: scaleOptions })

const claims: ClaimRow[] = []
for (const pending of sizes(values.pending)) {
  for (const ordered of [false, true]) claims.push(await measurePending(pending, ordered))
}
if (claims.length > 0) {
  const columns: Column<ClaimRow>[] = [
    { title: 'pending', value: (row) => row.pending.toLocaleString('en') },
    { title: 'ordering keys', value: (row) => (row.ordered ? '100' : 'none'), text: true },
    { title: 'claim CPU µs', value: (row) => figure(row.claim / batch) },
    { title: 'settle CPU µs', value: (row) => figure(row.settle / batch) },
    { title: 'accept CPU µs', value: (row) => figure(row.accept / batch) },
    { title: 'count what waits CPU ms', value: (row) => figure(row.status) },
    { title: 'RSS', value: (row) => bytes(row.rss) },
  ]
  console.log(renderTable(columns, claims))
}
for (const events of sizes(values.events)) await measureEvents(events, values.query)
