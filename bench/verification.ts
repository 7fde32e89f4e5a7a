// What checking a signature costs beside the cryptography that it needs. Needs no server and no network:
// `node bench/verification.ts`. See README.md.
import { parseArgs } from 'node:util'
import type { SignedRequest } from '../src/verification/types.ts'
import { describeMachine } from './harness/machine.ts'
import { median } from './harness/statistics.ts'
import { bytes, type Column, figure, ratio, renderTable } from './harness/table.ts'
import { type Case, type Contest, cases } from './verification/cases.ts'

/** Microseconds that one measurement takes: long beside the clock's step, and short enough to fall between disturbances. */
const batchMicroseconds = 2000
const warmUpBatches = 100
const sizes = [1024, 1024 * 1024]

const usage = `Usage: node bench/verification.ts [--rounds 201] [--rows github,stripe]

Rows: ${cases.map(({ name }) => name).join(', ')}`

interface Sample {
  readonly row: number
  readonly byHand: number
  readonly bare: number
}

type Work = () => boolean

/** A new object for each request, as the gateway makes one: what is remembered of a request must not help the next. */
function worksOf({ row, byHand, bare, request }: Contest): readonly [row: Work, byHand: Work, bare: Work] {
  const { method, url, headers, rawHeaders, body } = request
  const fresh = (): SignedRequest => ({ method, url, headers, rawHeaders, body })
  return [() => row(fresh()), () => byHand(fresh()), bare]
}

const microseconds = () => performance.now() * 1000

function measure(work: Work, runs: number): number {
  const startedAt = microseconds()
  for (let run = 0; run < runs; run++) if (!work()) throw new Error('a right signature was refused')
  return (microseconds() - startedAt) / runs
}

/** How often the work fits into one measurement; also warms it up. */
function runsOf(work: Work): number {
  const startedAt = microseconds()
  let runs = 0
  while (microseconds() - startedAt < warmUpBatches * batchMicroseconds) {
    work()
    runs += 1
  }
  return Math.max(1, Math.round(runs / warmUpBatches))
}

function compete(contest: Contest, rounds: number): readonly Sample[] {
  const works = worksOf(contest)
  const runs = works.map(runsOf)
  return Array.from({ length: rounds }, (_, round) => {
    const taken = [0, 0, 0]
    // In turn, and each round begins with another one: whoever comes first finds the caches cold.
    for (let step = 0; step < works.length; step++) {
      const index = (round + step) % works.length
      const work = works[index]
      if (work !== undefined) taken[index] = measure(work, runs[index] ?? 1)
    }
    const [row = 0, byHand = 0, bare = 0] = taken
    return { row, byHand, bare }
  })
}

interface Result {
  readonly contest: Case
  readonly size: number
  readonly samples: readonly Sample[]
}

type Value = (sample: Sample) => number

const row: Value = (sample) => sample.row
const byHand: Value = (sample) => sample.byHand
const bare: Value = (sample) => sample.bare

/** The tenth part of the rounds was at least this fast: what is left when nothing else disturbs. */
function quiet(samples: readonly Sample[], value: Value): number {
  const sorted = samples.map(value).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 10)] ?? 0
}

const overRounds = (samples: readonly Sample[], value: Value) => median(samples.map(value))

const columns: readonly Column<Result>[] = [
  { title: 'row', text: true, value: ({ contest }) => contest.name },
  { title: 'what is checked', text: true, value: ({ contest }) => contest.about },
  { title: 'bare µs', value: ({ samples }) => figure(quiet(samples, bare)) },
  { title: 'by hand µs', value: ({ samples }) => figure(quiet(samples, byHand)) },
  { title: 'Posthorn µs', value: ({ samples }) => figure(quiet(samples, row)) },
  { title: '− bare µs', value: ({ samples }) => figure(quiet(samples, row) - quiet(samples, bare)) },
  { title: '× bare', value: ({ samples }) => ratio(quiet(samples, row) / quiet(samples, bare)) },
  { title: '× by hand', value: ({ samples }) => ratio(quiet(samples, row) / quiet(samples, byHand)) },
  { title: 'median × bare', value: ({ samples }) => ratio(overRounds(samples, (one) => one.row / one.bare)) },
  { title: 'median × by hand', value: ({ samples }) => ratio(overRounds(samples, (one) => one.row / one.byHand)) },
]

function run(rounds: number, names: readonly string[]): void {
  const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name))
  const unknown = names.find((name) => !cases.some((one) => one.name === name))
  if (unknown !== undefined) throw new Error(`--rows: no row "${unknown}". ${usage}`)
  const machine = describeMachine()
  console.log(`${machine.date}, commit ${machine.commit}, Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores`)
  console.log(`load average before: ${figure(machine.loadBefore)}; ${rounds} rounds\n`)
  for (const size of sizes) {
    const results = chosen.map((contest) => ({ contest, size, samples: compete(contest.make(size), rounds) }))
    console.log(`### ${bytes(size)} bodies\n\n${renderTable(columns, results)}\n`)
  }
}

try {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '201' }, rows: { type: 'string' }, help: { type: 'boolean' } },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 10) throw new Error(`--rounds: "${values.rounds}" is no number from 10 on.`)
  if (values.help) console.log(usage)
  else run(rounds, values.rows?.split(',') ?? [])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
