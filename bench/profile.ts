// Where a server's time goes under saturating load, thread by thread: `node bench/profile.ts --server posthorn --size 1024`.
// It may use both cores here: on one, a thread that is waiting for its turn would look like one that works.
import { parseArgs } from 'node:util'
import { applyLoad } from './harness/apply-load.ts'
import { findContenders } from './harness/contenders.ts'
import { chooseCores, createScratchDir, removeScratchDir, startContender } from './harness/contest.ts'
import { readProfiles } from './harness/cpu-profile.ts'
import { type Column, figure, percent, renderTable } from './harness/table.ts'

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'posthorn' },
    size: { type: 'string', default: '1024' },
    seconds: { type: 'string', default: '4' },
    top: { type: 'string', default: '30' },
  },
})
const cores = chooseCores(true)
const directory = createScratchDir()
for (const contender of findContenders([values.server])) {
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${directory}`]
  const started = await startContender(contender, { cores, nodeArguments })
  const load = { bodySize: Number(values.size), connections: 64, warmupSeconds: 1, seconds: Number(values.seconds) }
  const report = await applyLoad(started, { ...load, rate: null }, cores)
  await started.stop()
  console.log(`${contender.name}: ${figure(report.perSecond)} requests/s, ${report.accepted} in all`)
  for (const thread of readProfiles(directory)) {
    const columns: Column<(typeof thread.selfTimes)[number]>[] = [
      { title: 'share', value: (row) => percent(row.microseconds / thread.busyMicroseconds) },
      { title: 'µs/request', value: (row) => figure(row.microseconds / report.accepted) },
      { title: 'where', text: true, value: (row) => row.place },
    ]
    console.log(`\n${thread.name}\n${renderTable(columns, thread.selfTimes.slice(0, Number(values.top)))}`)
  }
}
removeScratchDir(directory)
