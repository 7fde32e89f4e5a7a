import { eventColumns, type MoveSource } from '../../store/move/types.ts'
import { inspectTarget } from '../../store/postgres/import/state.ts'
import { openTarget, timeSample } from '../../store/postgres/import/target.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import { bytesText, counted } from '../show/quantity.ts'
import { span } from '../show/time.ts'
import type { Between } from './between.ts'

const sample = { events: 1000, bytes: 8 * 1024 * 1024 }

/** What a move would find, and about how long it would take; changes nothing. */
export async function estimate(
  output: Output,
  source: MoveSource,
  { dataDir, address, schema, label }: Between,
  waitMs: number,
): Promise<ExitCode> {
  const database = await openTarget({ address, schema, waitMs })
  try {
    const { upTo, refusal } = await inspectTarget(database, address.applicationName ?? 'posthorn')
    const there = source.eventsUpTo(upTo ?? -1)
    const range = { after: -1, upTo: source.rangeEnd(-1, sample.events, sample.bytes) ?? -1 }
    const rows = [...source.read('payloads', range)]
    const events = Math.max(1, source.eventsUpTo(range.upTo))
    const ms = refusal === null ? (await timeSample(database, eventColumns.payloads, rows)) / events : 0
    const about = ms * (source.events - there)
    const { events: all, rows: allRows, bytes } = source
    output.document({
      from: dataDir,
      to: label,
      events: all,
      rows: allRows,
      bytes,
      there,
      seconds: about / 1000,
      refusal,
    })
    output.line(
      `${dataDir} → ${label}: ${counted(all, 'event')} in ${counted(allRows, 'row')}, ${bytesText(bytes)} of bodies`,
    )
    if (refusal !== null) {
      output.line(`${output.style('red', '✗')} ${refusal}`)
      return exitCodes.unexpected
    }
    if (there > 0) output.line(`${counted(there, 'event')} have been moved already.`)
    output.line(`It would take about ${span(about)}. Nothing was changed.`)
    return exitCodes.ok
  } finally {
    await database.close()
  }
}
