import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput } from '../output.ts'
import { listEvents } from './list.ts'
import type { EventsOptions } from './options.ts'
import { showBytes, showEvent } from './show.ts'

const filterFlags = ['source', 'type', 'status', 'from', 'until', 'text', 'all'] as const

/** Does what one `posthorn events` asks for. Throws `CliError`. */
export async function showEvents(io: Io, id: string | undefined, options: EventsOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  if (id === undefined) {
    if (options.body) throw new CliError('--body needs the id of an event', 'As in: posthorn events evt_… --body')
    return withClient(io, options, (client) => listEvents(client, output, options))
  }
  const filter = filterFlags.find((name) => options[name] !== undefined)
  if (filter !== undefined) throw new CliError(`--${filter} is for the list: leave it out with an id, or the id out`)
  if (options.body && options.json) throw new CliError('--body and --json exclude each other', 'Leave one of them out.')
  return withClient(io, options, (client) =>
    options.body ? showBytes(io, client, output, id) : showEvent(io, client, output, id),
  )
}
