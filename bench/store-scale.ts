// Whether claiming and listing stay as fast when a lot is stored: fills a database with SQL, as the store would have
// left it after two weeks, and asks it. Run it alone: `node bench/store-scale.ts --events 1e4,1e6 --pending 1e3,1e5,1e6`.
import type { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { encodeEventId, firstSequenceAt } from '../src/store/event-id.ts'
import { openReader, type Reader } from '../src/store/sqlite/reader.ts'
import { openWriter } from '../src/store/sqlite/writer.ts'
import type { ClaimResult } from '../src/store/types.ts'
import { directoryBytes, removeScratchDir } from './harness/contest.ts'
import { body, day, fillEvents, fillStore, numbers, openOptions, twoWeeksAgo } from './harness/filled-store.ts'
import { median } from './harness/statistics.ts'
import { bytes, type Column, figure, renderTable } from './harness/table.ts'

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

interface ClaimRow {
  readonly pending: number
  readonly ordered: boolean
  readonly claim: number
  readonly settle: number
  readonly accept: number
  readonly status: number
  readonly rss: number
}

/** Microseconds of CPU time, which other programs do not change; what the disk takes is the same for all. */
function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const used = process.cpuUsage(before)
  return used.user + used.system
}

/** The same in milliseconds. */
function cpuMs(work: () => void): number {
  return cpu(work) / 1000
}

function measureClaims(pending: number, ordered: boolean): ClaimRow {
  const dataDir = fillStore(fillPending(pending, ordered))
  const writer = openWriter({ dataDir, ...openOptions })
  const samples = { claim: [] as number[], settle: [] as number[], accept: [] as number[] }
  const size = 10
  for (let round = 0; round < Math.min(60, pending / size / 2); round++) {
    const now = Date.now()
    let claimed: ClaimResult = { leases: [], nextDueAt: null }
    const requests = [{ destination: 'slow', limit: size, leaseMs: 60_000 }]
    samples.claim.push(
      cpu(() => {
        const [outcome] = writer.run([], [{ do: 'claim', requests, now }], now).calls
        if (outcome?.ok && typeof outcome.value === 'object' && outcome.value !== null && 'leases' in outcome.value)
          claimed = outcome.value
      }),
    )
    if (claimed.leases.length !== size) throw new Error(`claimed ${claimed.leases.length} of ${size}`)
    const settlements = claimed.leases.map(({ event, destination, attempt }) => {
      return { eventId: event.id, destination, attempt, outcome: 'done', status: 200, error: null } as const
    })
    samples.settle.push(cpu(() => void writer.run([], [{ do: 'settle', settlements, now }], now)))
    const event = {
      ...{ source: 'source', type: 'type', externalId: null, dedupKey: null, replay: null, receivedAt: now },
      ...{ headers: '[]', body: Buffer.from(body), destinations: ['slow'] },
      ...(ordered ? { orderingKeys: ['key-1'] } : {}),
    }
    samples.accept.push(cpu(() => void writer.run(Array(size).fill(event), [], now)))
  }
  writer.close()
  const reader = openReader({ dataDir })
  const status = cpuMs(() => void reader.destinations())
  reader.close()
  removeScratchDir(dataDir)
  const each = (values: readonly number[]) => median(values) / size
  return {
    ...{ pending, ordered, status, rss: process.memoryUsage.rss() },
    ...{ claim: each(samples.claim), settle: each(samples.settle), accept: each(samples.accept) },
  }
}

/** Newest ids of pages, asked one after the other until the end or enough of them. */
function pages(reader: Reader, query: object, max: number): { ms: number[]; events: number; finished: boolean } {
  const ms: number[] = []
  let events = 0
  let before: string | null = null
  do {
    const from: string | null = before
    let next: string | null = null
    ms.push(
      cpuMs(() => {
        const page = reader.events.list({ limit: 50, ...query, ...(from === null ? {} : { before: from }) })
        events += page.events.length
        next = page.next
      }),
    )
    before = next
  } while (before !== null && ms.length < max)
  return { ms, events, finished: before === null }
}

const middle = encodeEventId(firstSequenceAt(Date.now() - 7 * day))
const queries: readonly (readonly [string, object])[] = [
  ['newest', {}],
  ['from the middle', { before: middle }],
  ['one source', { source: 'source-3' }],
  ['source and type', { source: 'source-3', type: 'type-2' }],
  ['a rare source', { source: 'rare' }],
  ['an unknown type', { type: 'nothing' }],
  ['one day', { from: Date.now() - 10 * day, to: Date.now() - 9 * day, type: 'type-1' }],
  ['dead', { status: 'dead' }],
  ['dead of a source', { status: 'dead', source: 'source-5' }],
  ['retrying', { status: 'retrying' }],
  ['pending', { status: 'pending' }],
  ['done', { status: 'done' }],
  ['without a destination', { status: 'none' }],
  ['text in a body', { text: 'nobody' }],
]

interface ListRow {
  readonly query: string
  readonly first: number
  readonly worst: number
  readonly events: number
  readonly asked: string
}

function measureLists(events: number): void {
  const startedAt = performance.now()
  const dataDir = fillStore(fillEvents(events))
  const size = directoryBytes(dataDir)
  const reader = openReader({ dataDir })
  const rows = queries.map(([query, parameters]): ListRow => {
    pages(reader, parameters, 1)
    const firsts = [1, 2, 3, 4, 5].map(() => pages(reader, parameters, 1).ms[0] ?? 0)
    const many = pages(reader, parameters, 20)
    const asked = many.finished ? `${many.ms.length}, to the end` : String(many.ms.length)
    return { query, first: median(firsts), worst: Math.max(...many.ms), events: many.events, asked }
  })
  const status = cpuMs(() => void reader.destinations())
  const dayOfCounts = { from: Date.now() - day, to: Date.now(), bucketMs: 60_000 }
  const counts = median([1, 2, 3].map(() => cpuMs(() => void reader.statistics(dayOfCounts))))
  const weeks = { from: twoWeeksAgo, to: Date.now(), bucketMs: 3_600_000 }
  const hourly = median([1, 2, 3].map(() => cpuMs(() => void reader.statistics(weeks))))
  reader.close()
  removeScratchDir(dataDir)
  const columns: Column<ListRow>[] = [
    { title: 'query', value: (row) => row.query, text: true },
    { title: 'first page CPU ms', value: (row) => figure(row.first) },
    { title: 'slowest page CPU ms', value: (row) => figure(row.worst) },
    { title: 'events', value: (row) => String(row.events) },
    { title: 'pages', value: (row) => row.asked },
  ]
  console.log(`\n### ${events.toLocaleString('en')} events, ${bytes(size)}\n\n${renderTable(columns, rows)}\n`)
  console.log(
    `CPU time: destinations with what waits ${figure(status)} ms; counts of a day by minute ${figure(counts)} ms, ` +
      `of two weeks by hour ${figure(hourly)} ms.`,
  )
  console.error(`${events} events in ${figure((performance.now() - startedAt) / 1000)} s`)
}

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1e4,1e6' }, pending: { type: 'string', default: '1e3,1e5,1e6' } },
})
const sizes = (list: string) => list.split(',').filter(Boolean).map(Number)

const claims = sizes(values.pending).flatMap((pending) =>
  [false, true].map((ordered) => measureClaims(pending, ordered)),
)
if (claims.length > 0) {
  const columns: Column<ClaimRow>[] = [
    { title: 'pending', value: (row) => row.pending.toLocaleString('en') },
    { title: 'ordering keys', value: (row) => (row.ordered ? '100' : 'none'), text: true },
    { title: 'claim CPU µs', value: (row) => figure(row.claim) },
    { title: 'settle CPU µs', value: (row) => figure(row.settle) },
    { title: 'accept CPU µs', value: (row) => figure(row.accept) },
    { title: 'count what waits CPU ms', value: (row) => figure(row.status) },
    { title: 'RSS', value: (row) => bytes(row.rss) },
  ]
  console.log(renderTable(columns, claims))
}
for (const events of sizes(values.events)) measureLists(events)
