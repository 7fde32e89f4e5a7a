import { applyLoad, type Load } from '../harness/apply-load.ts'
import type { Contender } from '../harness/contenders.ts'
import { startContender } from '../harness/contest.ts'
import type { Options } from '../harness/options.ts'
import { median } from '../harness/statistics.ts'
import { type Column, figure, milliseconds, percent, renderTable } from '../harness/table.ts'
import type { LoadReport } from '../load/types.ts'
import type { SuiteResult } from './types.ts'

interface Sample {
  readonly contender: string
  readonly rate: number
  readonly round: number
  readonly report: LoadReport
}

const steadyRate = 1000
const bodySize = 1024

// Those that answer one question each: what storing adds, what handing on adds, and what a sender saw before.
const compared = new Set(['tutorial', 'fastify-verify', 'posthorn-without-store', 'posthorn', 'posthorn-forward'])

async function takeReport(contender: Contender, load: Load, options: Options): Promise<LoadReport> {
  const started = await startContender(contender, { cores: options.cores })
  const report = await applyLoad(started, load, options.cores)
  await started.stop()
  return report
}

/** Half of what Posthorn takes when saturated, now and on this machine. */
async function halfOfSaturation(contestants: readonly Contender[], load: Load, options: Options): Promise<number> {
  const posthorn = contestants.find((contender) => contender.name === 'posthorn') ?? contestants[0]
  if (posthorn === undefined) throw new Error(`The latency suite compares only ${[...compared].join(', ')}.`)
  const report = await takeReport(posthorn, load, options)
  return Math.round(report.perSecond / 2)
}

function render(samples: readonly Sample[], rate: number): string {
  const atRate = samples.filter((sample) => sample.rate === rate)
  const rows = [...new Set(atRate.map((sample) => sample.contender))].map((contender) => {
    const all = atRate.filter((sample) => sample.contender === contender)
    return { contender, all, valid: all.filter((sample) => sample.report.problems.length === 0) }
  })
  type Row = (typeof rows)[number]
  const of = (row: Row, value: (report: LoadReport) => number) =>
    row.valid.length === 0 ? Number.NaN : median(row.valid.map((sample) => value(sample.report)))
  const columns: Column<Row>[] = [
    { title: 'server', text: true, value: (row) => row.contender },
    { title: 'answered/s', value: (row) => figure(of(row, (report) => report.perSecond)) },
    { title: 'p50 ms', value: (row) => milliseconds(of(row, (report) => report.latency.p50)) },
    { title: 'p90 ms', value: (row) => milliseconds(of(row, (report) => report.latency.p90)) },
    { title: 'p99 ms', value: (row) => milliseconds(of(row, (report) => report.latency.p99)) },
    { title: 'p99.9 ms', value: (row) => milliseconds(of(row, (report) => report.latency.p999)) },
    { title: 'max ms', value: (row) => milliseconds(of(row, (report) => report.latency.max)) },
    { title: 'CPU µs', value: (row) => figure(of(row, (report) => report.cpuPerRequest)) },
    { title: 'send lag p99 ms', value: (row) => milliseconds(of(row, (report) => report.sendLag)) },
    { title: 'others', value: (row) => percent(of(row, (report) => report.othersCpu)) },
    { title: 'valid', value: (row) => `${row.valid.length}/${row.all.length}` },
  ]
  return `### ${rate} requests/s\n\n${renderTable(columns, rows)}`
}

/** Requests at fixed times: what a sender waits for its answer when the server is not saturated. */
export async function runLatency(options: Options, progress: (line: string) => void): Promise<SuiteResult> {
  const contestants = options.contenders.filter((contender) => compared.has(contender.name))
  const load: Load = { ...options, bodySize, rate: null }
  const rates = [steadyRate, await halfOfSaturation(contestants, load, options)]
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const rate of rates) {
      for (const contender of contestants) {
        const report = await takeReport(contender, { ...load, rate }, options)
        samples.push({ contender: contender.name, rate, round, report })
        progress(
          `round ${round} ${rate}/s ${contender.name}: p99 ${milliseconds(report.latency.p99)} ms ${report.problems.join('; ')}`,
        )
      }
    }
  }
  return {
    title: 'Latency at fixed rates',
    samples,
    tables: rates.map((rate) => render(samples, rate)),
  }
}
