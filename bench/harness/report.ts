import type { SuiteResult } from '../suites/types.ts'
import type { Machine } from './machine.ts'
import type { Options } from './options.ts'
import { figure } from './table.ts'

const reading = `Columns: \`× name\` is the median over the rounds of the ratio to that server in the same round, and what
to compare: the absolute figures belong to this machine and this hour. \`CPU µs\` is CPU time of the server process per
request, all threads; \`main thread\` is the event loop's part. \`written/event\` is what the kernel was told to write while
under load, \`kept/event\` what lay on disk after the server had ended. \`spread\` is (largest − smallest) / median over the
rounds, \`others\` the share of a core that other programs used or the host withheld meanwhile, \`generator\` the share that the load generator
used: near 100 % it may be the limit in a saturated run (at a fixed rate it always spins). A measurement with any answer
other than 200, or with a new event called a duplicate, is not valid and not counted.`

/** The whole report as Markdown. */
export function renderReport(machine: Machine, options: Options, results: readonly SuiteResult[]): string {
  const { cores } = options
  return [
    '# Results',
    '',
    'Written by `npm run bench -- --write`; [README.md](README.md) says how to read and repeat it.',
    '',
    `- ${machine.date}, commit ${machine.commit}, Node ${machine.node}`,
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}, ${machine.fileSystem}; load average before: ${figure(machine.loadBefore)}`,
    `- server on core ${cores.server}, generator on core ${cores.generator}, ${options.connections} keep-alive connections, ${options.rounds} interleaved rounds of ${options.seconds} s after ${options.warmupSeconds} s of warm-up; a new random id and a correct signature in every request`,
    '',
    '| server | what it does |\n| --- | --- |',
    ...options.contenders.map((contender) => `| ${contender.name} | ${contender.about} |`),
    '',
    reading,
    ...results.flatMap((result) => ['', `## ${result.title}`, ...result.tables.flatMap((table) => ['', table])]),
    '',
  ].join('\n')
}
