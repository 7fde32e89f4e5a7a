import { setTimeout as sleep } from 'node:timers/promises'
import { applyLoadOnce } from '../harness/apply-load.ts'
import { forwarding, otherPath } from '../harness/contenders.ts'
import { type StartedContender, startContender } from '../harness/contest.ts'
import type { Options } from '../harness/options.ts'
import { checkContender } from '../harness/preflight.ts'
import { median } from '../harness/statistics.ts'
import { type Column, figure, milliseconds, percent, ratio, renderTable } from '../harness/table.ts'
import { readProcessCpu } from '../load/process-stat.ts'
import type { LoadReport } from '../load/types.ts'
import type { SuiteResult } from './types.ts'

type Way = keyof typeof forwarding

/** What came to one path for a while. */
interface Stretch {
  readonly report: LoadReport
  /** CPU microseconds of the server for each event, until the last one was handed on. */
  readonly cpu: number
  /** What had arrived at the sink when the last event was answered, as a share. */
  readonly arrived: number
}

interface Sample {
  readonly way: Way
  readonly rate: number
  readonly without: Stretch
  readonly with: Stretch
}

const bodySize = 1024
const rates = [500, 1000, 2000]
const pairs = 3
const drainMs = 60_000

/** How many events the sink has been given. */
async function received({ sink }: StartedContender): Promise<number> {
  if (sink === null) throw new Error('there is no sink')
  const told: unknown = await (await fetch(`http://127.0.0.1:${sink.port}/`)).json()
  return typeof told === 'object' && told !== null && 'received' in told ? Number(told.received) : Number.NaN
}

async function drained(started: StartedContender, expected: number): Promise<void> {
  const deadline = performance.now() + drainMs
  while ((await received(started)) < expected) {
    if (performance.now() > deadline) throw new Error(`${started.contender.name}: not everything arrived`)
    await sleep(50)
  }
}

async function stretch(
  started: StartedContender,
  path: string,
  rate: number | null,
  options: Options,
): Promise<Stretch> {
  const { server, contender } = started
  const seconds = rate === null ? options.warmupSeconds : options.seconds
  const load = { ...options, bodySize, warmupSeconds: 0, seconds, rate }
  const before = { cpu: readProcessCpu(server.pid), received: await received(started) }
  const report = await applyLoadOnce({ ...started, contender: { ...contender, path } }, load, options.cores)
  const arrived = (await received(started)) - before.received
  const expected = path === contender.path ? report.accepted : 0
  await drained(started, before.received + expected)
  const cpu = (readProcessCpu(server.pid) - before.cpu) / report.accepted
  return { report, cpu, arrived: arrived / report.accepted }
}

/** Both paths in turn, in one process: what else there is, is the same for both. */
async function measure(way: Way, rate: number, options: Options): Promise<readonly Sample[]> {
  const started = await startContender(forwarding[way], { cores: options.cores })
  const { path } = started.contender
  await stretch(started, path, null, options)
  const samples: Sample[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const without = await stretch(started, otherPath, rate, options)
    const handed = await stretch(started, path, rate, options)
    const problems = [...without.report.problems, ...handed.report.problems]
    if (problems.length > 0) throw new Error(`${started.contender.name}: ${problems.join('; ')}`)
    samples.push({ way, rate, without, with: handed })
  }
  await started.stop()
  return samples
}

const added = (sample: Sample) => sample.with.cpu - sample.without.cpu

function render(samples: readonly Sample[], rate: number): string {
  const of = (way: Way) => samples.filter((sample) => sample.rate === rate && sample.way === way)
  const middle = (way: Way, value: (sample: Sample) => number) => median(of(way).map(value))
  const columns: Column<Way>[] = [
    { title: 'who hands on', text: true, value: (way) => forwarding[way].name },
    { title: 'CPU µs without', value: (way) => figure(middle(way, (sample) => sample.without.cpu)) },
    { title: 'with', value: (way) => figure(middle(way, (sample) => sample.with.cpu)) },
    { title: 'added', value: (way) => figure(middle(way, added)) },
    {
      title: 'from … to',
      value: (way) => `${figure(Math.min(...of(way).map(added)))} … ${figure(Math.max(...of(way).map(added)))}`,
    },
    { title: '× posting', value: (way) => ratio(middle(way, added) / middle('posting', added)) },
    {
      title: 'p99 ms without',
      value: (way) => milliseconds(middle(way, (sample) => sample.without.report.latency.p99)),
    },
    { title: 'with', value: (way) => milliseconds(middle(way, (sample) => sample.with.report.latency.p99)) },
    { title: 'arrived by then', value: (way) => percent(middle(way, (sample) => sample.with.arrived)) },
  ]
  return `### ${rate} events/s\n\n${renderTable(columns, ['posting', 'delivering'])}`
}

/**
 * What handing on adds to an event that comes at a fixed rate: what delivering adds, with its leases and its account of each
 * attempt, beside a bare undici that posts the same bytes from the same process at once and forgets them.
 */
export async function runForwarding(options: Options, progress: (line: string) => void): Promise<SuiteResult> {
  for (const contender of Object.values(forwarding)) await checkContender(contender, options.cores)
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const rate of rates) {
      for (const way of ['posting', 'delivering'] as const) {
        const pairs = await measure(way, rate, options)
        samples.push(...pairs)
        progress(
          `round ${round} ${rate}/s ${forwarding[way].name}: ${pairs.map((pair) => figure(added(pair))).join(', ')} µs added`,
        )
      }
    }
  }
  return { title: 'What handing on adds', samples, tables: rates.map((rate) => render(samples, rate)) }
}
