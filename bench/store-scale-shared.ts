// What store-scale.ts asks the embedded engine, asked of one that is a server: milliseconds until it has answered, since
// its CPU time is not this process'. `node bench/store-scale-shared.ts --engine postgres --events 1e4,1e6 --pending 1e3,1e6`.
import { parseArgs } from 'node:util'
import { encodeEventId, firstSequenceAt } from '../src/store/event-id.ts'
import type { ListQuery, Store } from '../src/store/types.ts'
import { body, day } from './harness/filled-store.ts'
import { openEvents, openPending, type SharedEngine } from './harness/shared-stores.ts'
import { median } from './harness/statistics.ts'
import { bytes, type Column, figure, renderTable } from './harness/table.ts'

const batch = 10
const rounds = 60

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const from = performance.now()
  const result = await work()
  return { ms: performance.now() - from, result }
}

interface ClaimRow {
  readonly pending: number
  readonly ordered: boolean
  readonly claim: number
  readonly settle: number
  readonly accept: number
  readonly duplicate: number
}

async function measureClaims(engine: SharedEngine, pending: number, ordered: boolean): Promise<ClaimRow> {
  const { store, close } = await openPending(engine, pending, ordered)
  const samples = { claim: [] as number[], settle: [] as number[], accept: [] as number[], duplicate: [] as number[] }
  for (let round = 0; round < Math.min(rounds, pending / batch / 2); round++) {
    const now = Date.now()
    const requests = [{ destination: 'slow', limit: batch, leaseMs: 60_000 }]
    const claimed = await timed(() => store.claim(requests, now))
    const { leases } = claimed.result
    if (leases.length !== batch) throw new Error(`claimed ${leases.length} of ${batch}`)
    const settlements = leases.map(({ event, destination, attempt }) => {
      return { eventId: event.id, destination, attempt, outcome: 'done', status: 200, error: null } as const
    })
    const settled = await timed(() => store.settle(settlements, now))
    const keys = Array.from({ length: batch }, (_, n) => `new ${round} ${n}`)
    const accept = () => Promise.all(keys.map((key) => store.accept(newEvent(key, now, ordered))))
    samples.claim.push(claimed.ms)
    samples.settle.push(settled.ms)
    samples.accept.push((await timed(accept)).ms)
    samples.duplicate.push((await timed(accept)).ms)
  }
  await close()
  const { claim, settle, accept, duplicate } = samples
  const medians = { claim: median(claim), settle: median(settle), accept: median(accept), duplicate: median(duplicate) }
  return { pending, ordered, ...medians }
}

function newEvent(dedupKey: string, receivedAt: number, ordered: boolean): Parameters<Store['accept']>[0] {
  return {
    ...{ source: 'source', type: 'type', externalId: null, dedupKey, replay: null, receivedAt },
    ...{ headers: [], body: Buffer.from(body), destinations: ['slow'] },
    ...(ordered ? { orderingKeys: ['key-1'] } : {}),
  }
}

const queries: readonly (readonly [string, Omit<ListQuery, 'limit'>])[] = [
  ['newest', {}],
  ['from the middle', { before: encodeEventId(firstSequenceAt(Date.now() - 7 * day)) }],
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

async function measureList(store: Store, query: string, wanted: Omit<ListQuery, 'limit'>): Promise<ListRow> {
  const firsts: number[] = []
  for (let n = 0; n < 5; n++) firsts.push((await timed(() => store.list({ limit: 50, ...wanted }))).ms)
  const pages: number[] = []
  let events = 0
  let before: string | undefined
  do {
    const from = before === undefined ? {} : { before }
    const { ms, result } = await timed(() => store.list({ limit: 50, ...wanted, ...from }))
    pages.push(ms)
    events += result.events.length
    before = result.next ?? undefined
  } while (before !== undefined && pages.length < 20)
  const asked = before === undefined ? `${pages.length}, to the end` : String(pages.length)
  return { query, first: median(firsts), worst: Math.max(...pages), events, asked }
}

async function measureLists(engine: SharedEngine, events: number): Promise<void> {
  const filled = await openEvents(engine, events)
  const rows: ListRow[] = []
  for (const [query, wanted] of queries) rows.push(await measureList(filled.store, query, wanted))
  const waiting = await timed(() => filled.store.destinations())
  const columns: Column<ListRow>[] = [
    { title: 'query', value: (row) => row.query, text: true },
    { title: 'first page ms', value: (row) => figure(row.first) },
    { title: 'slowest page ms', value: (row) => figure(row.worst) },
    { title: 'events', value: (row) => String(row.events) },
    { title: 'pages', value: (row) => row.asked },
  ]
  console.log(`\n### ${engine}: ${events.toLocaleString('en')} events, ${bytes(filled.bytes)}\n`)
  console.log(`${renderTable(columns, rows)}\n\nDestinations with what waits: ${figure(waiting.ms)} ms.`)
  await filled.close()
}

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'postgres' },
    events: { type: 'string', default: '1e4,1e6' },
    pending: { type: 'string', default: '1e3,1e5,1e6' },
  },
})
const { engine } = values
if (engine !== 'postgres' && engine !== 'redis') throw new Error('--engine: give postgres or redis')
const sizes = (list: string) => list.split(',').filter(Boolean).map(Number)

const claims: ClaimRow[] = []
for (const pending of sizes(values.pending)) {
  for (const ordered of [false, true]) claims.push(await measureClaims(engine, pending, ordered))
}
if (claims.length > 0) {
  const columns: Column<ClaimRow>[] = [
    { title: 'pending', value: (row) => row.pending.toLocaleString('en') },
    { title: 'ordering keys', value: (row) => (row.ordered ? '100' : 'none'), text: true },
    { title: 'claim ms', value: (row) => figure(row.claim) },
    { title: 'settle ms', value: (row) => figure(row.settle) },
    { title: 'accept ms', value: (row) => figure(row.accept) },
    { title: 'duplicates ms', value: (row) => figure(row.duplicate) },
  ]
  console.log(`### ${engine}\n\n${renderTable(columns, claims)}`)
}
for (const events of sizes(values.events)) await measureLists(engine, events)
