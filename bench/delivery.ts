// What handing on an event costs beside a bare undici loop that posts the same bytes, and what one destination that hangs
// takes from nine others: `node bench/delivery.ts --rounds 5`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { DeliveryReport, DeliverySpec } from './delivery/types.ts'
import { chooseCores, createScratchDir, removeScratchDir } from './harness/contest.ts'
import { describeMachine } from './harness/machine.ts'
import { benchDir, launch } from './harness/process.ts'
import { median, spread } from './harness/statistics.ts'
import { type Column, figure, percent, ratio, renderTable } from './harness/table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    deliveries: { type: 'string', default: '12000' },
    size: { type: 'string', default: '1024' },
    concurrency: { type: 'string', default: '10' },
    only: { type: 'string' },
    'node-arguments': { type: 'string', default: '' },
  },
})
const cores = chooseCores(false)
const machine = describeMachine()

interface Case {
  readonly name: string
  readonly against: string
  readonly spec: Partial<DeliverySpec>
}

const sink = await launch({
  command: [process.execPath, 'servers/sink.ts'],
  cores: cores.generator,
  cwd: benchDir,
  env: {},
})
const place = (path: string) => `http://127.0.0.1:${sink.port}/${path}`
const nine = Array.from({ length: 9 }, (_, n) => place(`app-${n}`))

const cases: readonly Case[] = [
  { name: 'bare undici', against: 'bare undici', spec: { engine: 'undici' } },
  { name: 'posthorn without log', against: 'bare undici', spec: { log: false } },
  { name: 'posthorn', against: 'bare undici', spec: {} },
  { name: 'nine destinations', against: 'nine destinations', spec: { urls: nine } },
  { name: 'nine and one that hangs', against: 'nine destinations', spec: { urls: nine, hanging: [place('hang')] } },
]

interface Sample extends DeliveryReport {
  readonly name: string
  readonly round: number
}

async function measure({ name, spec }: Case, round: number): Promise<Sample> {
  const dataDir = createScratchDir()
  const full: DeliverySpec = {
    engine: 'posthorn',
    urls: [place('app')],
    hanging: [],
    concurrency: Number(values.concurrency),
    deliveries: Number(values.deliveries),
    bodySize: Number(values.size),
    log: true,
    dataDir,
    ...spec,
  }
  const extra = values['node-arguments'].split(' ').filter((word) => word !== '')
  const worker = join(benchDir, 'delivery', 'worker.ts')
  const child = spawn('taskset', ['-c', cores.server, process.execPath, ...extra, worker, JSON.stringify(full)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [answer, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${answer}`)
  removeScratchDir(dataDir)
  const report: DeliveryReport = JSON.parse(answer)
  return { ...report, name, round }
}

const chosen = cases.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))
const samples: Sample[] = []
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const one of chosen) {
    const sample = await measure(one, round)
    samples.push(sample)
    console.error(`round ${round} ${one.name}: ${figure(sample.perSecond)}/s, ${figure(sample.cpu)} µs`)
  }
}
await sink.stop()

function of(name: string): readonly Sample[] {
  return samples.filter((sample) => sample.name === name)
}

/** Median over the rounds of the ratio to what was measured in the same round. */
function relative({ name, against }: Case, value: (report: DeliveryReport) => number): number {
  const ratios = of(name).flatMap((sample) => {
    const other = of(against).find(({ round }) => round === sample.round)
    return other === undefined ? [] : [value(sample) / value(other)]
  })
  return ratios.length === 0 ? Number.NaN : median(ratios)
}

const middle = (row: Case, value: (report: DeliveryReport) => number) => median(of(row.name).map(value))
const columns: Column<Case>[] = [
  { title: 'what delivers', text: true, value: (row) => row.name },
  { title: 'compared with', text: true, value: (row) => row.against },
  { title: 'deliveries/s', value: (row) => figure(middle(row, (report) => report.perSecond)) },
  { title: '×', value: (row) => ratio(relative(row, (report) => report.perSecond)) },
  { title: 'CPU µs', value: (row) => figure(middle(row, (report) => report.cpu)) },
  { title: 'main thread', value: (row) => figure(middle(row, (report) => report.mainThreadCpu)) },
  { title: 'CPU ×', value: (row) => ratio(relative(row, (report) => report.cpu)) },
  { title: 'spread of CPU', value: (row) => percent(spread(of(row.name).map(({ cpu }) => cpu))) },
]
const { date, commit, node, cpu, cores: count, fileSystem } = machine
console.log(
  `${date}, commit ${commit}, Node ${node}; ${cpu}, ${count} cores, ${fileSystem}; load average ${figure(machine.loadBefore)} ` +
    `before and ${figure(describeMachine().loadBefore)} after; ${values.rounds} rounds of ${values.deliveries} deliveries of ` +
    `${values.size} bytes, ${values.concurrency} under way at once per destination\n`,
)
console.log(renderTable(columns, chosen))
