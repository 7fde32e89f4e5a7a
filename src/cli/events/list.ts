import { Type } from '@sinclair/typebox'
import { next } from '../../operator/schemas.ts'
import { SeenEvent } from '../api/answers.ts'
import type { Client } from '../api/client.ts'
import { pages } from '../api/pages.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Output, table } from '../output.ts'
import { eventCells, statusOf } from '../show/event.ts'
import { localTime } from '../show/time.ts'
import type { EventsOptions } from './options.ts'

const schema = Type.Object({ events: Type.Array(SeenEvent), next })
const heading = ['RECEIVED', 'ID', 'SOURCE', 'TYPE', '    SIZE', 'STATUS']

/** Prints events as their pages come. */
export async function listEvents(client: Client, output: Output, options: EventsOptions): Promise<ExitCode> {
  const { source, type, status, from, until, text, limit, all } = options
  let count = 0
  const read = (answer: { events: SeenEvent[]; next: string | null }) => ({ items: answer.events, next: answer.next })
  const query = { source, type, status, from, to: until, text }
  for await (const events of pages(client, { path: '/events', query, limit: all ? null : limit, schema, read })) {
    if (events.length === 0) continue
    const rows = events.map((event) => [
      ...eventCells(output, event, localTime(event.receivedAt)),
      statusOf(output, event),
    ])
    const head = count === 0 ? [heading.map((cell) => output.style('bold', cell))] : []
    for (const line of table([...head, ...rows])) output.line(line)
    for (const event of events) output.record(event)
    count += events.length
  }
  if (count === 0) {
    output.notice('no event matches. Leave out a filter, or send one: "posthorn send stripe".')
    return exitCodes.unexpected
  }
  if (!all && count === limit) output.line(output.style('dim', `The newest ${limit}. More: --limit <n>, or --all.`))
  return exitCodes.ok
}
