import { ReleaseOutcome } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { RefusedError } from '../api/refusal.ts'
import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain } from '../output.ts'
import { releaseMany } from './many.ts'
import type { ReleaseOptions } from './options.ts'

const filterFlags = ['source', 'cause', 'from', 'until', 'all'] as const

/** Does what one `posthorn release` asks for. Throws `CliError`. */
export async function release(io: Io, ids: readonly string[], options: ReleaseOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  if (ids.length === 0) {
    const filter = filterOf(options)
    return withClient(io, options, (client) => releaseMany(io, client, output, filter, options))
  }
  const flag = filterFlags.find((name) => options[name] !== undefined)
  if (flag !== undefined) throw new CliError(`ids and --${flag} exclude each other`, 'Leave one of them out.')
  if (options.dryRun) throw new CliError('--dry-run counts what a filter finds: "posthorn explain" judges one')
  return withClient(io, options, (client) => releaseSome(client, output, ids))
}

function filterOf({ source, cause, from, until, all }: ReleaseOptions): Readonly<Record<string, string>> {
  const given = Object.entries({ source, cause, from, to: until })
  const filter = Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  const none = Object.keys(filter).length === 0
  if (all === true && !none) throw new CliError('--all and a filter exclude each other')
  if (all === true || !none) return filter
  throw new CliError(
    'nothing says which rejected requests',
    'Give their ids, or a filter such as --source github; --all is every one that is kept.',
  )
}

async function releaseSome(client: Client, output: Output, ids: readonly string[]): Promise<ExitCode> {
  const results: { id: string; ok: boolean; eventId: string | null; error: string | null }[] = []
  for (const id of ids) {
    const path = `/rejections/${encodeURIComponent(id)}/release`
    const said = await client.post(path, ReleaseOutcome, {}).catch(refusalOf)
    const ok = typeof said !== 'string'
    results.push({ id, ok, eventId: ok ? said.eventId : null, error: ok ? null : said })
    const text = ok
      ? `${said.outcome === 'duplicate' ? 'was taken before as' : 'is taken as'} ${plain(said.eventId ?? '', 60)}`
      : plain(said, 500)
    output.line(`${ok ? output.style('green', '✓') : output.style('red', '✗')} ${plain(id, 60)}  ${text}`)
  }
  output.document(results)
  return results.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.unexpected
}

/** What is said of one; what would be the same for all of them ends the command. */
function refusalOf(error: unknown): string {
  if (error instanceof RefusedError && (error.status === 404 || error.status === 409)) return error.message
  throw error
}
