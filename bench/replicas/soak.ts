import { setTimeout as pause } from 'node:timers/promises'
import { bytes, type Column, figure, renderTable } from '../harness/table.ts'
import { readRssBytes } from '../load/process-stat.ts'
import { receivedBy, startSink } from './deliveries.ts'
import type { BenchPostgres } from './postgres.ts'
import { loadReplicas, startReplicas, stopReplicas } from './replica.ts'
import type { ReplicaOptions } from './types.ts'

const count = 2
const sampleMs = 10_000
/** What a process takes while it warms up says nothing of what it keeps. */
const warmupShare = 0.2
const sliceSeconds = 30

interface Point {
  readonly seconds: number
  readonly rss: readonly number[]
}

/** Least squares, in bytes per hour. */
function slopeOf(points: readonly Point[], replica: number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [xs, ys] = [points.map(({ seconds }) => seconds), points.map(({ rss }) => rss[replica] ?? 0)]
  const [x, y] = [mean(xs), mean(ys)]
  const covariance = mean(xs.map((value, i) => (value - x) * ((ys[i] ?? 0) - y)))
  return (covariance / mean(xs.map((value) => (value - x) ** 2))) * 3600
}

/** Memory of two replicas that take events at a steady rate and deliver each of them. */
export async function soak(
  postgres: BenchPostgres,
  { soakSeconds, soakRate, connections }: ReplicaOptions,
): Promise<string> {
  const [sink, url] = [await startSink(), await postgres.createDatabase()]
  const replicas = await startReplicas(count, { DATABASE_URL: url, FORWARD_URL: `http://127.0.0.1:${sink.port}/` })
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  const points: Point[] = []
  let sent = 0
  try {
    const loading = (async () => {
      while (elapsed() < soakSeconds) {
        const load = { connections, seconds: sliceSeconds, warmupSeconds: 0, rate: soakRate }
        for (const { accepted } of await loadReplicas(replicas, load)) sent += accepted
      }
    })()
    loading.catch(() => {})
    while (elapsed() < soakSeconds) {
      points.push({ seconds: elapsed(), rss: replicas.map(({ server }) => readRssBytes(server.pid)) })
      await pause(sampleMs)
    }
    await loading
    const delivered = await receivedBy(sink)
    const settled = points.filter(({ seconds }) => seconds >= soakSeconds * warmupShare)
    const columns: Column<number>[] = [
      { title: 'replica', value: (i) => String(i + 1) },
      { title: 'RSS at first', value: (i) => bytes(points[0]?.rss[i] ?? Number.NaN) },
      { title: 'after warming up', value: (i) => bytes(settled[0]?.rss[i] ?? Number.NaN) },
      { title: 'at the end', value: (i) => bytes(settled.at(-1)?.rss[i] ?? Number.NaN) },
      { title: 'most', value: (i) => bytes(Math.max(...points.map(({ rss }) => rss[i] ?? 0))) },
      { title: 'slope, MiB/h', value: (i) => figure(slopeOf(settled, i) / 1024 ** 2) },
    ]
    const facts = `${figure(elapsed())} s at ${soakRate} events/s: ${sent.toLocaleString('en')} accepted, ${delivered.toLocaleString('en')} delivered by then`
    return `${facts}\n\n${renderTable(
      columns,
      replicas.map((_, i) => i),
    )}`
  } finally {
    await stopReplicas(replicas)
    await sink.stop()
  }
}
