import type { AttemptView, DeliveryView } from '../../operator/schemas.ts'
import { SeenEventDetail } from '../api/answers.ts'
import type { Client } from '../api/client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Io, isTerminal } from '../io.ts'
import { type Output, plain, table } from '../output.ts'
import { bytesOf, headerOf, showBody } from '../show/body.ts'
import { stateText, statusOf } from '../show/event.ts'
import { bytesText, counted } from '../show/quantity.ts'
import { plainLines } from '../show/text.ts'
import { clockTime, localTime, relative } from '../show/time.ts'

export function eventPath(id: string): string {
  return `/events/${encodeURIComponent(id)}`
}

/** Prints all there is to one event. */
export async function showEvent(io: Io, client: Client, output: Output, id: string): Promise<ExitCode> {
  const event = await client.get(eventPath(id), SeenEventDetail)
  output.document(event)
  for (const line of eventLines(output, event, io.now())) output.line(line)
  return exitCodes.ok
}

/** Writes the exact bytes; to a terminal, only what cannot change it. */
export async function showBytes(io: Io, client: Client, output: Output, id: string): Promise<ExitCode> {
  const bytes = await client.bytes(`${eventPath(id)}/body`)
  if (!isTerminal(io.stdout)) {
    await new Promise<void>((resolve) => io.stdout.write(bytes, () => resolve()))
    return exitCodes.ok
  }
  const text = bytes.toString('utf8')
  const safe = plainLines(text)
  io.stdout.write(safe.endsWith('\n') ? safe : `${safe}\n`)
  if (!Buffer.from(safe).equals(bytes)) {
    output.notice('not quite as it is: a terminal would act on some of it. Redirect to a file for the exact bytes.')
  }
  return exitCodes.ok
}

function eventLines(output: Output, event: SeenEventDetail, now: number): readonly string[] {
  const { id, source, type, externalId, receivedAt, bodySize, headers, body, deliveries, attempts } = event
  const heading = (text: string) => ['', output.style('bold', text)]
  const facts = [
    ['Received', `${localTime(receivedAt)} (${relative(receivedAt, now)})`],
    ['Source', plain(source)],
    ['Sender’s id', externalId === null ? 'none' : plain(externalId)],
    ['Status', statusOf(output, event)],
  ].map(([label = '', text = '']) => [output.style('dim', label), text])
  const lines = [`${output.style('bold', plain(type))}  ${output.style('cyan', id)}`, ...table(facts, '  ')]

  if (deliveries.length > 0) {
    lines.push(...heading('Deliveries'))
    lines.push(...deliveryLines(output, deliveries, now))
  }
  if (attempts.length > 0) {
    lines.push(...heading('Attempts'))
    lines.push(...attemptLines(output, attempts))
  }
  lines.push(...heading('Headers'))
  for (const [name, value] of headers) lines.push(`  ${output.style('dim', `${plain(name)}:`)} ${plain(value, 2_000)}`)
  lines.push(...heading(`Body, ${bytesText(bodySize)}`))
  lines.push(body === null ? 'is past its retention' : showBody(bytesOf(body), headerOf(headers, 'content-type')))
  if (body?.truncated) lines.push(output.style('dim', `… only its beginning: posthorn events ${id} --body`))
  return lines
}

function deliveryLines(output: Output, deliveries: readonly DeliveryView[], now: number): readonly string[] {
  const rows = deliveries.map((delivery) => {
    const { destination, state, attempts, dueAt, lastStatus, lastError } = delivery
    return [
      plain(destination),
      stateText(output, delivery),
      counted(attempts, 'attempt'),
      state !== 'pending' ? '' : Date.parse(dueAt) <= now ? 'is due' : `next ${relative(dueAt, now)}`,
      [lastStatus ?? '', lastError === null || state === 'done' ? '' : plain(lastError)].join(' ').trim(),
    ]
  })
  return table(rows, '  ')
}

function attemptLines(output: Output, attempts: readonly AttemptView[]): readonly string[] {
  const rows = attempts.map(({ attempt, destination, startedAt, durationMs, outcome, status, error, responseBody }) => {
    const answer = responseBody === null ? '' : plain(bytesOf(responseBody).toString('utf8'), 100)
    return [
      `#${attempt}`,
      plain(destination),
      clockTime(startedAt),
      durationMs === null ? '' : `${durationMs} ms`,
      output.style(outcome === 'done' ? 'green' : outcome === 'dead' ? 'red' : 'yellow', outcome),
      [status ?? '', error === null ? '' : plain(error), outcome === 'done' ? '' : answer].join(' ').trim(),
    ]
  })
  return table(rows, '  ')
}
