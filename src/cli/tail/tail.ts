import type { GatewayOptions } from '../api/gateway.ts'
import { type SelectionOptions, selectionOf } from '../api/selection.ts'
import { newestId, watch } from '../api/watch.ts'
import { withClient } from '../api/with-client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput } from '../output.ts'
import { eventCells } from '../show/event.ts'
import { widthOf } from '../show/text.ts'
import { clockTime, span } from '../show/time.ts'

/** What `posthorn tail` was told. */
export interface TailOptions extends GatewayOptions, SelectionOptions {
  /** The id after which to begin. */
  readonly since?: string
  readonly limit?: number
  readonly json?: true
}

/** Prints events as they come, until it is interrupted or has printed enough. */
export function tail(io: Io, options: TailOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  const { takes, ...wanted } = selectionOf(options)
  const ending = new AbortController()
  const takeBack = io.onInterrupt(() => ending.abort())
  const padded = columnsThatGrow()
  return withClient(io, options, async (client) => {
    const after = options.since ?? (await newestId(client))
    let count = 0
    for await (const news of watch(client, { ...wanted, after, signal: ending.signal })) {
      if (news.kind === 'broken') output.notice(`${news.reason}; trying again in ${span(news.retryMs)}`)
      if (news.kind === 'connected') {
        output.notice(news.again ? 'connected again, going on where it broke' : `${client.gateway.host}: Ctrl-C ends`)
      }
      if (news.kind !== 'event' || !takes(news.event)) continue
      output.record(news.event)
      output.line(padded(eventCells(output, news.event, output.style('dim', clockTime(news.event.receivedAt)))))
      count++
      if (count === options.limit) break
    }
    return exitCodes.ok
  }).finally(takeBack)
}

/** Columns of lines that come one by one: as wide as the widest so far. */
function columnsThatGrow(): (cells: readonly string[]) => string {
  // Most lines are no wider: the first ones line up with them.
  const widths = [8, 15, 10, 24, 8]
  return (cells) =>
    cells
      .map((cell, index) => {
        widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
        return cell + ' '.repeat(widths[index] - widthOf(cell))
      })
      .join('  ')
      .trimEnd()
}
