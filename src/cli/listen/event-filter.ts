import { checkFilter } from '../../config/file/filter-problems.ts'
import { compileFilter, documentOf } from '../../delivery/filter.ts'
import { joinedHeaders } from '../../delivery/headers.ts'
import { parseBody } from '../../events/payload.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { plain } from '../output.ts'
import { readInput } from '../read-input.ts'
import { headerOf } from '../show/body.ts'
import { deliveredEventOf, type FetchedEvent } from './fetch-event.ts'

/** What the regular expressions of a filter may take with one event, in milliseconds. */
const limitMs = 200

/** The same filter that a destination has: docs/configuration.md. Throws `CliError` where it makes no sense. */
export async function filterOf(io: Io, given: string): Promise<(event: FetchedEvent) => boolean> {
  const text = given.trimStart().startsWith('{') ? given : (await readInput(io, given, '--filter')).toString('utf8')
  const query = queryIn(text)
  const problems: string[] = []
  checkFilter(query, '--filter', (place, problem) => problems.push(`${place}: ${problem}`))
  if (!isQuery(query) || problems.length > 0) {
    throw new CliError(
      plain(problems[0] ?? '--filter: give an object', 300),
      'As in: --filter \'{"body.type":"invoice.paid"}\'',
    )
  }
  const filter = compileFilter(query)
  return (event) => {
    const { headers, body } = deliveredEventOf(event)
    const parsed = parseBody(body, headerOf(event.detail.headers, 'content-type'))
    // One too many is better than one that is not seen.
    return filter(documentOf(joinedHeaders(headers), parsed), limitMs) !== 'leaves'
  }
}

function queryIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(
      `--filter: is not JSON (${plain(error instanceof Error ? error.message : '', 100)})`,
      'As in: --filter \'{"body.type":"invoice.paid"}\', in single quotes.',
    )
  }
}

function isQuery(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
