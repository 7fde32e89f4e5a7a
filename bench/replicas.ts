// What replicas on one Postgres take and hand on, where the time goes, what ids that are known already cost, and whether
// memory stays where it is: `node bench/replicas.ts`, or a part: `node bench/replicas.ts --only accepts --replicas 1,2`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './harness/machine.ts'
import { benchDir } from './harness/process.ts'
import { figure } from './harness/table.ts'
import { measureAccepts } from './replicas/accepts.ts'
import { measureDeliveries } from './replicas/deliveries.ts'
import { measureKnownIds } from './replicas/known-ids.ts'
import { openBenchPostgres } from './replicas/postgres.ts'
import { soak } from './replicas/soak.ts'
import type { ReplicaOptions } from './replicas/types.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'accepts,deliveries,known-ids,soak' },
    replicas: { type: 'string', default: '1,2,4' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '64' },
    deliveries: { type: 'string', default: '20000' },
    ids: { type: 'string', default: '1e4,1e5,1e6,1e7' },
    'soak-seconds': { type: 'string', default: '1800' },
    'soak-rate': { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
})
const list = (text: string) => text.split(',').map(Number)
const options: ReplicaOptions = {
  replicas: list(values.replicas),
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  deliveries: Number(values.deliveries),
  ids: list(values.ids),
  soakSeconds: Number(values['soak-seconds']),
  soakRate: Number(values['soak-rate']),
}

const parts = {
  accepts: measureAccepts,
  deliveries: measureDeliveries,
  'known-ids': measureKnownIds,
  soak,
} as const

/** Puts a table where an earlier one stood. */
function write(name: string, text: string): void {
  const path = join(benchDir, 'REPLICAS.md')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = readFileSync(path, 'utf8')
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from === -1 || to === -1) throw new Error(`${path} has no place for ${name}`)
  writeFileSync(path, `${before.slice(0, from + begin.length)}\n${text}\n${before.slice(to)}`)
}

const wanted = values.only.split(',')
const unknown = wanted.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`There is no part ${unknown}. There are: ${Object.keys(parts).join(', ')}.`)

const postgres = await openBenchPostgres()
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (!wanted.includes(name)) continue
    const machine = describeMachine()
    const table = await measure(postgres, options)
    const { date, commit, node, cpu, cores, memoryGiB, fileSystem, loadBefore } = machine
    const text =
      `${date}, commit ${commit}, Node ${node}, PostgreSQL ${postgres.version}; ${cpu}, ${cores} cores, ${memoryGiB} GiB, ` +
      `${fileSystem}; load average ${figure(loadBefore)} before, ${figure(describeMachine().loadBefore)} after\n\n${table}`
    console.log(`\n## ${name}\n\n${text}`)
    if (values.write) write(name, text)
  }
} finally {
  await postgres.close()
}
