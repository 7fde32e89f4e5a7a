import { setTimeout as pause } from 'node:timers/promises'
import { createScratchDir, removeScratchDir } from '../harness/contest.ts'
import { median, spread } from '../harness/statistics.ts'
import { bytes, type Column, figure, milliseconds, percent, ratio, renderTable } from '../harness/table.ts'
import type { BenchPostgres } from './postgres.ts'
import { loadReplicas, type Replica, startReplicas, stopReplicas } from './replica.ts'
import { between, sample, type Usage } from './sampling.ts'
import type { ReplicaOptions } from './types.ts'

/** One window. */
export interface Accepts {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly usage: Usage
}

const warmupSeconds = 4
/** After the warm-up the generators sign what they will send; then their windows begin. */
const settleMs = 1500

/** Has the replicas take as much as they can, and looks at the machine in the middle of it. */
export async function measureWindow(
  postgres: BenchPostgres,
  url: string,
  replicas: readonly Replica[],
  { connections, seconds }: Pick<ReplicaOptions, 'connections' | 'seconds'>,
): Promise<Accepts> {
  const loading = loadReplicas(replicas, { connections, seconds, warmupSeconds, rate: null })
  loading.catch(() => {})
  await pause(warmupSeconds * 1000 + settleMs)
  const before = await sample(postgres, url, replicas)
  await pause(Math.max(1000, (seconds - 2) * 1000))
  const usage = between(before, await sample(postgres, url, replicas))
  const reports = await loading
  return {
    perSecond: reports.reduce((sum, report) => sum + report.perSecond, 0),
    p50: median(reports.map(({ latency }) => latency.p50)),
    p99: Math.max(...reports.map(({ latency }) => latency.p99)),
    usage,
  }
}

interface Measured extends Accepts {
  readonly name: string
  readonly round: number
}

/** Accepts per second with 1, 2, … replicas on one database, beside one process with its own file. */
export async function measureAccepts(postgres: BenchPostgres, options: ReplicaOptions): Promise<string> {
  const samples: Measured[] = []

  async function measure(
    name: string,
    count: number,
    round: number,
    env: Readonly<Record<string, string>>,
    url: string,
  ) {
    const replicas = await startReplicas(count, env)
    try {
      const measured = { ...(await measureWindow(postgres, url, replicas, options)), name, round }
      samples.push(measured)
      console.error(`round ${round} ${name}: ${figure(measured.perSecond)}/s`)
    } finally {
      await stopReplicas(replicas)
    }
  }

  for (let round = 1; round <= options.rounds; round += 1) {
    const dataDir = createScratchDir()
    await measure('embedded', 1, round, { DATA_DIR: dataDir }, await postgres.createDatabase())
    removeScratchDir(dataDir)
    for (const count of options.replicas) {
      const url = await postgres.createDatabase()
      await measure(nameOf(count), count, round, { DATABASE_URL: url }, url)
    }
  }

  const names = ['embedded', ...options.replicas.map(nameOf)]
  const first = nameOf(options.replicas[0] ?? 1)
  const of = (name: string) => samples.filter((each) => each.name === name)
  const middle = (name: string, value: (each: Measured) => number) => median(of(name).map(value))
  const relative = (name: string) =>
    median(
      of(name).map(
        (each) => each.perSecond / (of(first).find(({ round }) => round === each.round)?.perSecond ?? Number.NaN),
      ),
    )
  const perEvent = (value: (usage: Usage) => number) => (name: string) =>
    figure(middle(name, ({ usage, perSecond }) => (value(usage) * 1e6) / perSecond))
  const isShared = (name: string) => name !== 'embedded'
  const columns: Column<string>[] = [
    { title: 'gateways', text: true, value: (name) => name },
    { title: 'accepts/s', value: (name) => figure(middle(name, ({ perSecond }) => perSecond)) },
    { title: `× ${first}`, value: (name) => ratio(relative(name)) },
    { title: 'p50 ms', value: (name) => milliseconds(middle(name, ({ p50 }) => p50)) },
    { title: 'p99 ms', value: (name) => milliseconds(middle(name, ({ p99 }) => p99)) },
    { title: 'gateway CPU µs', value: perEvent(({ gateways }) => gateways) },
    { title: 'Postgres CPU µs', value: (name) => (isShared(name) ? perEvent(({ postgres: cpu }) => cpu)(name) : '–') },
    { title: 'gateways, cores', value: (name) => figure(middle(name, ({ usage }) => usage.gateways)) },
    { title: 'Postgres, cores', value: (name) => figure(middle(name, ({ usage }) => usage.postgres)) },
    { title: 'rest, cores', value: (name) => figure(middle(name, ({ usage }) => usage.others)) },
    { title: 'events/commit', value: (name) => figure(middle(name, ({ usage }) => usage.eventsPerCommit)) },
    { title: 'commit ms', value: (name) => figure(middle(name, ({ usage }) => usage.commitMs)) },
    { title: 'sync ms', value: (name) => (isShared(name) ? figure(middle(name, ({ usage }) => usage.syncMs)) : '–') },
    {
      title: 'log/event',
      value: (name) =>
        isShared(name)
          ? bytes(middle(name, ({ usage, perSecond }) => usage.walBytes / usage.seconds / perSecond))
          : '–',
    },
    { title: 'spread', value: (name) => percent(spread(of(name).map(({ perSecond }) => perSecond))) },
  ]
  return renderTable(columns, names)
}

function nameOf(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`
}
