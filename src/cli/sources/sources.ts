import { Type } from '@sinclair/typebox'
import type { GatewayOptions } from '../api/gateway.ts'
import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'
import { countText } from '../show/quantity.ts'
import { relative } from '../show/time.ts'
import { sourceLines } from './one.ts'
import { addressOf, SeenSource, verifiedText } from './seen.ts'

/** What `posthorn sources` was told. */
export interface SourcesOptions extends GatewayOptions {
  readonly json?: true
}

const Sources = Type.Object({ sources: Type.Array(SeenSource) })

/** All of them, or everything about the one of that name. */
export function showSources(io: Io, name: string | undefined, options: SourcesOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const { sources } = await client.get('/sources', Sources)
    const base = client.gateway.url
    if (name === undefined) {
      output.document(sources)
      for (const line of listLines(output, sources, base, io.now())) output.line(line)
      return exitCodes.ok
    }
    const source = sources.find((one) => one.name === name) ?? sources.find((one) => one.name === name.toLowerCase())
    if (source === undefined) {
      throw new CliError(
        `${client.gateway.host} has no source "${plain(name, 60)}"`,
        `There are: ${sources.map((one) => plain(one.name)).join(', ')}. One variable makes another: ` +
          'docs/settings.md, <SOURCE>_WEBHOOK_SECRET.',
        exitCodes.unexpected,
      )
    }
    output.document(source)
    for (const line of sourceLines(output, source, base, io.now())) output.line(line)
    return exitCodes.ok
  })
}

function listLines(output: Output, sources: readonly SeenSource[], base: string, now: number): readonly string[] {
  const titles = ['NAME', 'PROVIDER', 'CHECKED', 'LAST EVENT', 'ACCEPTED', 'DUPLICATES', 'REJECTED', 'URL']
  const heading = titles.map((text) => output.style('bold', text))
  const rows = sources.map((source) => {
    const { lastEvent, lastDay } = source
    return [
      output.style('cyan', plain(source.name)),
      plain(source.provider),
      verifiedText(output, source),
      lastEvent === null ? 'none' : relative(lastEvent.receivedAt, now),
      countText(lastDay.accepted),
      countText(lastDay.duplicates),
      lastDay.rejected > 0 ? output.style('yellow', countText(lastDay.rejected)) : '0',
      addressOf(source, base),
    ]
  })
  const hints = ['', output.style('dim', 'Counts are of 24 hours. More about one: posthorn sources <name>.')]
  if (sources.some(({ url }) => url === null))
    hints.push(output.style('dim', `The gateway does not know its public URL: it has no PUBLIC_URL.`))
  return [...table([heading, ...rows]), ...hints]
}
