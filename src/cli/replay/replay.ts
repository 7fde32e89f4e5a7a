import { Type } from '@sinclair/typebox'
import type { Client } from '../api/client.ts'
import { RefusedError } from '../api/refusal.ts'
import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import { eventPath } from '../events/show.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain } from '../output.ts'
import { type Bulk, changeMany } from './many.ts'
import type { DiscardOptions, ManyOptions, ReplayOptions } from './options.ts'

const filterFlags = ['state', 'destination', 'source', 'type', 'from', 'until', 'all'] as const

/** Does what one `posthorn replay` asks for. Throws `CliError`. */
export async function replay(io: Io, ids: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  const { to, move, rate } = options
  if (ids.length === 0) {
    if (move && to === undefined) throw new CliError('--move: say where to with --to <destination>')
    const bulk: Bulk = {
      kind: 'replay',
      filter: filterOf(options, 'Give the ids of events, or'),
      ratePerSecond: rate,
      ...(to === undefined ? {} : { destination: to, move: move === true }),
    }
    return withClient(io, options, (client) => changeMany(io, client, output, bulk, options))
  }
  const flag = filterFlags.find((name) => options[name] !== undefined) ?? (move ? 'move' : undefined)
  if (flag !== undefined) throw new CliError(`ids and --${flag} exclude each other`, 'Leave one of them out.')
  if (options.dryRun) throw new CliError('--dry-run counts what a filter finds: leave it out with ids')
  return withClient(io, options, (client) => replaySome(client, output, ids, to))
}

/** Does what one `posthorn discard` asks for. Throws `CliError`. */
export async function discard(io: Io, options: DiscardOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  const bulk: Bulk = { kind: 'discard', filter: filterOf(options, 'Give'), ratePerSecond: options.rate }
  return withClient(io, options, (client) => changeMany(io, client, output, bulk, options))
}

/** Nobody should change everything by leaving something out. */
function filterOf({ state, destination, source, type, from, until, all }: ManyOptions, advice: string): Bulk['filter'] {
  const given = { state, destination, source, type, from, to: until }
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (all === true && Object.keys(filter).length > 0) throw new CliError('--all and a filter exclude each other')
  if (all === true || Object.keys(filter).length > 0) return filter
  throw new CliError(
    'nothing says which deliveries',
    `${advice} a filter such as --state dead; --all is every delivery.`,
  )
}

const Replayed = Type.Object({ id: Type.String() })

async function replaySome(
  client: Client,
  output: Output,
  ids: readonly string[],
  destination: string | undefined,
): Promise<ExitCode> {
  const results: { id: string; ok: boolean; error: string | null }[] = []
  for (const id of ids) {
    const error = await client
      .post(`${eventPath(id)}/replay`, Replayed, destination === undefined ? {} : { destination })
      .then(() => null, refusalOf)
    results.push({ id, ok: error === null, error })
    const mark = error === null ? output.style('green', '✓') : output.style('red', '✗')
    const where = destination === undefined ? 'everywhere it went' : `to ${plain(destination)}`
    output.line(`${mark} ${plain(id, 60)}  ${error ?? `is delivered again, ${where}`}`)
  }
  output.document(results)
  return results.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.unexpected
}

/** What is said of one event; what would be the same for all of them ends the command. */
function refusalOf(error: unknown): string {
  if (error instanceof RefusedError && (error.status === 404 || error.status === 400)) return error.message
  throw error
}
