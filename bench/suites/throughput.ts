import { applyLoad } from '../harness/apply-load.ts'
import { baselines } from '../harness/contenders.ts'
import { startContender } from '../harness/contest.ts'
import type { Options } from '../harness/options.ts'
import { median, spread } from '../harness/statistics.ts'
import { bytes, type Column, figure, milliseconds, percent, ratio, renderTable } from '../harness/table.ts'
import type { LoadReport } from '../load/types.ts'
import type { SuiteResult } from './types.ts'

interface Sample {
  readonly contender: string
  readonly bodySize: number
  readonly round: number
  readonly report: LoadReport
  /** Bytes kept per event after the server has ended; 0 when it keeps none. */
  readonly keptPerEvent: number
}

async function takeSamples(options: Options, progress: (line: string) => void): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const bodySize of options.sizes) {
      for (const contender of options.contenders) {
        const started = await startContender(contender, { cores: options.cores })
        const report = await applyLoad(started, { ...options, bodySize, rate: null }, options.cores)
        const kept = await started.stop()
        samples.push({ contender: contender.name, bodySize, round, report, keptPerEvent: kept / report.accepted })
        progress(
          `round ${round} ${bytes(bodySize)} ${contender.name}: ${figure(report.perSecond)}/s ${report.problems.join('; ')}`,
        )
      }
    }
  }
  return samples
}

/** One contender at one size over all rounds. */
interface Row {
  readonly contender: string
  readonly valid: readonly Sample[]
  readonly all: readonly Sample[]
}

/** Median over the rounds of what `of` gives relative to a baseline that was measured in the same round. */
function relative(rows: readonly Row[], row: Row, baseline: string, of: (report: LoadReport) => number): number {
  const base = rows.find((each) => each.contender === baseline)
  const ratios = row.valid.flatMap((sample) => {
    const other = base?.valid.find((each) => each.round === sample.round)
    return other === undefined ? [] : [of(sample.report) / of(other.report)]
  })
  return ratios.length === 0 ? Number.NaN : median(ratios)
}

function of(row: Row, value: (sample: Sample) => number): number {
  return row.valid.length === 0 ? Number.NaN : median(row.valid.map(value))
}

function renderSize(samples: readonly Sample[], bodySize: number): string {
  const atSize = samples.filter((sample) => sample.bodySize === bodySize)
  const rows: Row[] = [...new Set(atSize.map((sample) => sample.contender))].map((contender) => {
    const all = atSize.filter((sample) => sample.contender === contender)
    return { contender, all, valid: all.filter((sample) => sample.report.problems.length === 0) }
  })
  const present = baselines.filter((baseline) => rows.some((row) => row.contender === baseline))
  const columns: Column<Row>[] = [
    { title: 'server', text: true, value: (row) => row.contender },
    { title: 'requests/s', value: (row) => figure(of(row, (sample) => sample.report.perSecond)) },
    ...present.map(
      (baseline): Column<Row> => ({
        title: `× ${baseline}`,
        value: (row) => ratio(relative(rows, row, baseline, (report) => report.perSecond)),
      }),
    ),
    { title: 'p50 ms', value: (row) => milliseconds(of(row, (sample) => sample.report.latency.p50)) },
    { title: 'p99 ms', value: (row) => milliseconds(of(row, (sample) => sample.report.latency.p99)) },
    { title: 'CPU µs', value: (row) => figure(of(row, (sample) => sample.report.cpuPerRequest)) },
    { title: 'main thread', value: (row) => figure(of(row, (sample) => sample.report.mainThreadCpuPerRequest)) },
    ...present.slice(0, 1).map(
      (baseline): Column<Row> => ({
        title: `CPU × ${baseline}`,
        value: (row) => ratio(relative(rows, row, baseline, (report) => report.cpuPerRequest)),
      }),
    ),
    { title: 'RSS', value: (row) => bytes(of(row, (sample) => sample.report.rssBytes)) },
    { title: 'written/event', value: (row) => bytes(of(row, (sample) => sample.report.writtenPerRequest)) },
    { title: 'kept/event', value: (row) => bytes(of(row, (sample) => sample.keptPerEvent)) },
    {
      title: 'spread',
      value: (row) =>
        row.valid.length === 0 ? '–' : percent(spread(row.valid.map((sample) => sample.report.perSecond))),
    },
    { title: 'others', value: (row) => percent(of(row, (sample) => sample.report.othersCpu)) },
    { title: 'generator', value: (row) => percent(of(row, (sample) => sample.report.generatorCpu)) },
    { title: 'valid', value: (row) => `${row.valid.length}/${row.all.length}` },
  ]
  return `### ${bytes(bodySize)} bodies\n\n${renderTable(columns, rows)}`
}

/** Saturating load: how many events a server takes, what each costs it, and how long the answers take then. */
export async function runThroughput(options: Options, progress: (line: string) => void): Promise<SuiteResult> {
  const samples = await takeSamples(options, progress)
  return { title: 'Saturated', samples, tables: options.sizes.map((size) => renderSize(samples, size)) }
}
