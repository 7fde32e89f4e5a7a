// How the rate changes as ids pile up: fills the embedded store with random ids through its own `accept`, then measures
// the whole gateway on it, the sizes in turn. Run it alone: `node bench/dedup-growth.ts --ids 1e4,1e6`.
import { randomBytes, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { openSqliteStore } from '../src/store/sqlite/store.ts'
import type { NewEvent, Store } from '../src/store/types.ts'
import { applyLoad } from './harness/apply-load.ts'
import { findContenders } from './harness/contenders.ts'
import { chooseCores, createScratchDir, directoryBytes, removeScratchDir, startContender } from './harness/contest.ts'
import { median } from './harness/statistics.ts'
import { bytes, type Column, figure, milliseconds, ratio, renderTable } from './harness/table.ts'
import type { LoadReport } from './load/types.ts'

const day = 24 * 60 * 60 * 1000
/** Like an event's, but small: the ids are what is asked about, and ten million of them should fit on a disk. */
const fillBody = randomBytes(128)
const fillInFlight = 512
/** Below this the measured window itself would change the size, so each round starts anew. */
const persistentFrom = 1_000_000

function createEvent(): NewEvent {
  const id = `evt_${randomUUID()}`
  return {
    source: 'default',
    type: 'order.created',
    externalId: id,
    dedupKey: `default:${id}`,
    replay: null,
    receivedAt: Date.now(),
    headers: ['Content-Type', 'application/json'],
    body: fillBody,
    destinations: [],
  }
}

const openStore = (dataDir: string): Promise<Store> =>
  openSqliteStore({ dataDir, dedupRetentionMs: 35 * day, timeoutMs: 60_000 })

interface Filled {
  readonly dataDir: string
  readonly first: NewEvent
  readonly perSecond: number
  readonly bytesPerEvent: number
}

async function fill(count: number): Promise<Filled> {
  const dataDir = createScratchDir()
  const store = await openStore(dataDir)
  const first = createEvent()
  await store.accept(first)
  const startedAt = performance.now()
  let next = 1
  async function keepAccepting(): Promise<void> {
    while (next < count) {
      next += 1
      const result = await store.accept(createEvent())
      if (result.status !== 'accepted') throw new Error('a new event was called a duplicate')
    }
  }
  await Promise.all(Array.from({ length: fillInFlight }, keepAccepting))
  const seconds = (performance.now() - startedAt) / 1000
  await store.close()
  return { dataDir, first, perSecond: count / seconds, bytesPerEvent: directoryBytes(dataDir) / count }
}

/** @throws {Error} when the store has forgotten the first id it was given. */
async function checkFirstIsKnown({ dataDir, first }: Filled): Promise<void> {
  const store = await openStore(dataDir)
  const again = await store.accept(first)
  await store.close()
  if (again.status !== 'duplicate') throw new Error('the first id was forgotten')
}

interface Sample {
  readonly ids: number
  readonly round: number
  readonly readyMs: number
  readonly report: LoadReport
  readonly filled: Filled
}

async function measure(ids: number, round: number, filled: Filled, seconds: number): Promise<Sample> {
  const [posthorn] = findContenders(['posthorn'])
  if (posthorn === undefined) throw new Error('no posthorn')
  const cores = chooseCores(false)
  const started = await startContender(posthorn, { cores, dataDir: filled.dataDir })
  const load = { bodySize: 1024, connections: 64, warmupSeconds: 3, seconds, rate: null }
  const report = await applyLoad(started, load, cores)
  await started.stop()
  if (report.problems.length > 0) throw new Error(`${ids} ids: ${report.problems.join('; ')}`)
  return { ids, round, readyMs: started.server.readyMs, report, filled }
}

function render(samples: readonly Sample[], sizes: readonly number[]): string {
  const base = samples.filter((sample) => sample.ids === sizes[0])
  const rows = sizes.map((ids) => ({ ids, own: samples.filter((sample) => sample.ids === ids) }))
  type Row = (typeof rows)[number]
  const of = (row: Row, value: (sample: Sample) => number) => median(row.own.map(value))
  const relative = (sample: Sample) => {
    const other = base.find((each) => each.round === sample.round)
    return other === undefined ? Number.NaN : sample.report.perSecond / other.report.perSecond
  }
  const columns: Column<Row>[] = [
    { title: 'ids stored before', value: (row) => row.ids.toLocaleString('en') },
    { title: 'requests/s', value: (row) => figure(of(row, (sample) => sample.report.perSecond)) },
    { title: '× first', value: (row) => ratio(of(row, relative)) },
    { title: 'p99 ms', value: (row) => milliseconds(of(row, (sample) => sample.report.latency.p99)) },
    { title: 'CPU µs', value: (row) => figure(of(row, (sample) => sample.report.cpuPerRequest)) },
    { title: 'written/event', value: (row) => bytes(of(row, (sample) => sample.report.writtenPerRequest)) },
    { title: 'RSS', value: (row) => bytes(of(row, (sample) => sample.report.rssBytes)) },
    { title: 'ready after ms', value: (row) => figure(of(row, (sample) => sample.readyMs)) },
    { title: 'filled at ids/s', value: (row) => figure(of(row, (sample) => sample.filled.perSecond)) },
    {
      title: `kept/event of ${fillBody.length} B`,
      value: (row) => bytes(of(row, (sample) => sample.filled.bytesPerEvent)),
    },
  ]
  return renderTable(columns, rows)
}

async function run(sizes: readonly number[], rounds: number, seconds: number): Promise<void> {
  const kept = new Map<number, Filled>()
  for (const ids of sizes.filter((each) => each >= persistentFrom)) {
    const filled = await fill(ids)
    console.error(`filled ${ids} ids at ${figure(filled.perSecond)}/s`)
    kept.set(ids, filled)
  }
  const samples: Sample[] = []
  for (let round = 1; round <= rounds; round += 1) {
    for (const ids of sizes) {
      const filled = kept.get(ids) ?? (await fill(ids))
      const sample = await measure(ids, round, filled, seconds)
      samples.push(sample)
      console.error(`round ${round} ${ids} ids: ${figure(sample.report.perSecond)}/s`)
      await checkFirstIsKnown(filled)
      if (!kept.has(ids)) removeScratchDir(filled.dataDir)
    }
  }
  console.log(render(samples, sizes))
}

const { values } = parseArgs({
  options: {
    ids: { type: 'string', default: '1e4,1e6' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
  },
})
await run(values.ids.split(',').map(Number), Number(values.rounds), Number(values.seconds))
