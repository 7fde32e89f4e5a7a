// What store-scale.ts asks the embedded engine, asked of one that is a server: milliseconds until it has answered, since
// its CPU time is not this process'. `node bench/store-scale-shared.ts --engine postgres --events 1e4,1e6 --pending 1e3,1e6`.
import { parseArgs } from 'node:util'
import type { NewEvent } from '../src/store/types.ts'
import { body } from './harness/filled-store.ts'
import { openEvents, openPending, type SharedEngine } from './harness/shared-stores.ts'
import { bytes, type Column, figure, renderTable } from './harness/table.ts'
import { type ClaimCosts, type Cost, measureClaims } from './store-scale/claims.ts'
import { listTable } from './store-scale/lists.ts'
import { scaleOptions, sizes } from './store-scale/options.ts'

interface ClaimRow extends ClaimCosts {
  readonly pending: number
  readonly ordered: boolean
}

async function timed<T>(work: () => Promise<T>): Promise<Cost<T>> {
  const from = performance.now()
  const result = await work()
  return { cost: performance.now() - from, result }
}

async function measurePending(engine: SharedEngine, pending: number, ordered: boolean): Promise<ClaimRow> {
  const { store, close } = await openPending(engine, pending, ordered)
  const newEvent = (dedupKey: string, receivedAt: number): NewEvent => ({
    ...{ source: 'source', type: 'type', externalId: null, dedupKey, replay: null, receivedAt },
    ...{ headers: [], body: Buffer.from(body), destinations: ['slow'] },
    ...(ordered ? { orderingKeys: ['key-1'] } : {}),
  })
  const costs = await measureClaims(
    {
      claim: (requests, now) => timed(async () => (await store.claim(requests, now)).leases),
      settle: (settlements, now) => timed(() => store.settle(settlements, now)),
      accept: (ids, now) => timed(() => Promise.all(ids.map((id) => store.accept(newEvent(id, now))))),
    },
    pending,
  )
  await close()
  return { pending, ordered, ...costs }
}

async function measureEvents(engine: SharedEngine, events: number, only: readonly string[]): Promise<void> {
  const filled = await openEvents(engine, events)
  const table = await listTable((query) => timed(() => filled.store.list(query)), 'ms', only)
  const waiting = await timed(() => filled.store.destinations())
  console.log(`\n### ${engine}: ${events.toLocaleString('en')} events, ${bytes(filled.bytes)}\n`)
  console.log(`${table}\n\nDestinations with what waits: ${figure(waiting.cost)} ms.`)
  await filled.close()
}

const { values } = parseArgs({ options: { engine: { type: 'string', default: 'postgres' }, ...scaleOptions } })
const { engine } = values
if (engine !== 'postgres' && engine !== 'redis') throw new Error('--engine: give postgres or redis')

const claims: ClaimRow[] = []
for (const pending of sizes(values.pending)) {
  for (const ordered of [false, true]) claims.push(await measurePending(engine, pending, ordered))
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
for (const events of sizes(values.events)) await measureEvents(engine, events, values.query)
