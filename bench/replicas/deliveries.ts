import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { parseDatabaseUrl } from '../../src/store/postgres/address.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { benchDir, launch, type RunningServer } from '../harness/process.ts'
import { median, spread } from '../harness/statistics.ts'
import { type Column, figure, percent, ratio, renderTable } from '../harness/table.ts'
import type { BenchPostgres } from './postgres.ts'
import { startReplicas, stopReplicas } from './replica.ts'
import { between, sample, type Usage } from './sampling.ts'
import type { ReplicaOptions } from './types.ts'

export function startSink(): Promise<RunningServer> {
  return launch({ command: [process.execPath, 'servers/sink.ts'], cores: '1', cwd: benchDir, env: {} })
}

export async function receivedBy(sink: RunningServer): Promise<number> {
  const answer: unknown = await (await fetch(`http://127.0.0.1:${sink.port}/`)).json()
  if (typeof answer === 'object' && answer !== null && 'received' in answer) return Number(answer.received)
  throw new Error('the sink says nothing')
}

const concurrency = 32
/** All replicas are there by then, and begin at the same moment. */
const leadMs = 8000
const pollMs = 25

/** Deliveries that wait for one destination, all of them due at one moment in the future. */
async function fill(url: string, destination: string, count: number, postgres: BenchPostgres): Promise<void> {
  const address = parseDatabaseUrl(url)
  if ('problem' in address) throw new Error(address.problem)
  const store = await openPostgresStore({ address, dedupRetentionMs: 86_400_000, timeoutMs: 60_000 })
  const body = randomBytes(1024)
  const headers = ['content-type', 'application/json', 'x-webhook-signature', `sha256=${'a'.repeat(64)}`]
  for (let done = 0; done < count; done += 1000) {
    await Promise.all(
      Array.from({ length: Math.min(1000, count - done) }, (_, i) =>
        store.accept({
          ...{
            source: 'default',
            type: 'order.created',
            externalId: null,
            dedupKey: `default:${done + i}`,
            replay: null,
          },
          ...{ receivedAt: Date.now(), headers, body, destinations: [destination] },
        }),
      ),
    )
  }
  await store.close()
  await postgres.run(url, `UPDATE posthorn.deliveries SET due_at = ${Date.now() + leadMs}`)
  await postgres.run(url, 'VACUUM ANALYZE')
}

interface Measured {
  readonly replicas: number
  readonly round: number
  readonly perSecond: number
  readonly usage: Usage
}

/** Between a tenth and nine tenths of all. */
async function measure(postgres: BenchPostgres, count: number, total: number): Promise<Omit<Measured, 'round'>> {
  const [sink, url] = [await startSink(), await postgres.createDatabase()]
  const target = new URL(`http://127.0.0.1:${sink.port}/`)
  await fill(url, forwardName(target), total, postgres)
  const replicas = await startReplicas(count, {
    DATABASE_URL: url,
    FORWARD_URL: target.href,
    DELIVERY_CONCURRENCY: String(concurrency),
  })
  try {
    const reached = async (share: number) => {
      while ((await receivedBy(sink)) < total * share) await pause(pollMs)
      const received = await receivedBy(sink)
      return { received, usage: await sample(postgres, url, replicas) }
    }
    const [first, last] = [await reached(0.1), await reached(0.9)]
    const usage = between(first.usage, last.usage)
    return { replicas: count, perSecond: (last.received - first.received) / usage.seconds, usage }
  } finally {
    await stopReplicas(replicas)
    await sink.stop()
  }
}

/** Deliveries per second with 1, 2, … replicas, with nothing to accept meanwhile. */
export async function measureDeliveries(postgres: BenchPostgres, options: ReplicaOptions): Promise<string> {
  const samples: Measured[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const count of options.replicas) {
      const measured = { ...(await measure(postgres, count, options.deliveries)), round }
      samples.push(measured)
      console.error(`round ${round} ${count} replicas: ${figure(measured.perSecond)} deliveries/s`)
    }
  }
  const of = (count: number) => samples.filter(({ replicas }) => replicas === count)
  const middle = (count: number, value: (each: Measured) => number) => median(of(count).map(value))
  const [first = 1] = options.replicas
  const relative = (count: number) =>
    median(
      of(count).map(
        (each) => each.perSecond / (of(first).find(({ round }) => round === each.round)?.perSecond ?? Number.NaN),
      ),
    )
  const perDelivery = (value: (usage: Usage) => number) => (count: number) =>
    figure(middle(count, ({ usage, perSecond }) => (value(usage) * 1e6) / perSecond))
  const columns: Column<number>[] = [
    { title: 'replicas', value: String },
    { title: 'deliveries/s', value: (count) => figure(middle(count, ({ perSecond }) => perSecond)) },
    { title: `× ${first}`, value: (count) => ratio(relative(count)) },
    { title: 'gateway CPU µs', value: perDelivery(({ gateways }) => gateways) },
    { title: 'Postgres CPU µs', value: perDelivery(({ postgres: cpu }) => cpu) },
    { title: 'gateways, cores', value: (count) => figure(middle(count, ({ usage }) => usage.gateways)) },
    { title: 'Postgres, cores', value: (count) => figure(middle(count, ({ usage }) => usage.postgres)) },
    { title: 'rest, cores', value: (count) => figure(middle(count, ({ usage }) => usage.others)) },
    {
      title: 'syncs/delivery',
      value: (count) => figure(middle(count, ({ usage, perSecond }) => usage.syncs / usage.seconds / perSecond)),
    },
    { title: 'spread', value: (count) => percent(spread(of(count).map(({ perSecond }) => perSecond))) },
  ]
  return renderTable(columns, options.replicas)
}
