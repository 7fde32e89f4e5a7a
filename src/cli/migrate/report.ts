import type { MoveReport } from '../../store/move/move.ts'
import type { MoveSource, StateCounts } from '../../store/move/types.ts'
import { type Output, table } from '../output.ts'
import { counted, countText } from '../show/quantity.ts'

/** By `deliveries.state`; what waits behind another with the same ordering key is pending too. */
const stateNames: Readonly<Record<number, string>> = {
  [-1]: 'pending',
  0: 'pending',
  1: 'leased',
  2: 'done',
  3: 'dead',
  4: 'discarded',
}

/** For scripts. */
export function reportDocument(source: MoveSource, report: MoveReport): object {
  const { outcome, found, renewed, unknownKeys, states, tables } = report
  return {
    outcome,
    events: source.events,
    found,
    renewed,
    tables,
    states: { source: namedStates(states.source), target: namedStates(states.target) },
    unknownKeys,
  }
}

/** For people. */
export function sayReport(
  output: Output,
  report: MoveReport,
  { dataDir, note }: { readonly dataDir: string; readonly note: string | null },
): void {
  const { outcome, found, renewed, unknownKeys } = report
  if (found > 0) {
    output.line(
      `${counted(found, 'event')} had been moved by an earlier run, ${countText(renewed)} of them had changed since.`,
    )
  }
  if (outcome === 'stopped') {
    output.line(`${output.style('yellow', '✗')} stopped; run the same command again, and it goes on from there`)
    return
  }
  const [yes, no] = [output.style('green', '✓'), output.style('red', '✗')]
  const rows = report.tables.map(({ table: name, source, target, same }) => [
    name,
    countText(source.rows),
    countText(target.rows),
    same ? yes : `${no} ${source.sha256.slice(0, 12)} here, ${target.sha256.slice(0, 12)} there`,
  ])
  for (const line of table([['table', 'rows here', 'rows there', 'the same'], ...rows], '  ')) output.line(line)
  const states = Object.entries(namedStates(report.states.target)).map(([name, n]) => `${countText(n)} ${name}`)
  output.line(`  deliveries there: ${states.join(', ') || 'none'}`)
  if (outcome === 'moved') {
    output.line(`${yes} every row is there and the same, every id is known`)
    output.line(
      `Start gateways with DATABASE_URL now. ${dataDir} is as it was; to go back to it, remove ${note ?? ''}.`,
    )
    return
  }
  if (unknownKeys > 0) output.line(`${no} ${counted(unknownKeys, 'id')} would not be recognised there`)
  output.line(
    `${no} the two differ, and no gateway starts with that database. Is something else writing there? Run the same command\n` +
      '  again: what differs is moved anew.',
  )
}

function namedStates(counts: StateCounts): Readonly<Record<string, number>> {
  const named: Record<string, number> = {}
  for (const [code, count] of Object.entries(counts)) {
    const name = stateNames[Number(code)] ?? `state ${code}`
    named[name] = (named[name] ?? 0) + count
  }
  return named
}
