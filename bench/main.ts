// Measures Posthorn beside the servers that people build from tutorials. See README.md.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './harness/machine.ts'
import { type Options, parseOptions, type SuiteName, usage } from './harness/options.ts'
import { checkContender } from './harness/preflight.ts'
import { benchDir } from './harness/process.ts'
import { renderReport } from './harness/report.ts'
import { runBlocking } from './suites/blocking.ts'
import { runForwarding } from './suites/forwarding.ts'
import { runLatency } from './suites/latency.ts'
import { runStart } from './suites/start.ts'
import { runThroughput } from './suites/throughput.ts'
import type { SuiteResult } from './suites/types.ts'

type Suite = (options: Options, progress: (line: string) => void) => Promise<SuiteResult>

const suites: Readonly<Record<SuiteName, Suite>> = {
  throughput: runThroughput,
  latency: runLatency,
  forwarding: runForwarding,
  blocking: runBlocking,
  start: runStart,
}

const progress = (line: string) => console.error(line)

async function run(options: Options): Promise<void> {
  if (process.platform !== 'linux') throw new Error('The benchmark needs Linux: it reads /proc and pins with taskset.')
  if (!existsSync(join(benchDir, 'node_modules'))) throw new Error('First run: npm ci --prefix bench')
  const machine = describeMachine()
  for (const contender of options.contenders) await checkContender(contender, options.cores)
  const results: SuiteResult[] = []
  for (const name of options.suites) results.push(await suites[name](options, progress))

  const report = renderReport(machine, options, results)
  console.log(report)
  mkdirSync(join(benchDir, 'results'), { recursive: true })
  const file = join(benchDir, 'results', `${new Date().toISOString().replaceAll(':', '-')}.json`)
  writeFileSync(file, JSON.stringify({ machine, suites: results }, null, 2))
  progress(`Every sample: ${file}`)
  if (options.write) writeFileSync(join(benchDir, 'RESULTS.md'), report)
}

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === null) console.log(usage)
  else await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
