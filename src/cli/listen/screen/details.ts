import type { Output } from '../../output.ts'
import { plain } from '../../output.ts'
import { headerOf, showBody } from '../../show/body.ts'
import { bytesText } from '../../show/quantity.ts'
import { localTime } from '../../show/time.ts'
import { resultOf } from '../answer-text.ts'
import type { FetchedEvent } from '../fetch-event.ts'
import type { Row } from '../session.ts'
import { wrapped } from './wrapped.ts'

/** More lines than anybody scrolls through. */
const maxLines = 20_000

/** All there is to one event, as lines that are not wider than the screen. Null: its payload is past its retention. */
export function detailsOf(
  row: Row,
  fetched: FetchedEvent | null,
  columns: number,
  style: Output['style'],
): readonly string[] {
  const { event, answer, attempts } = row
  const lines = [
    style('bold', wrapped(plain(event.type, 200), columns)[0] ?? ''),
    `${event.id}  ${plain(event.source, 60)}  ${localTime(event.receivedAt)}`,
    '',
    style('bold', 'Answer'),
  ]
  const put = (text: string) => lines.push(...wrapped(text, columns))
  if (answer === null) put('none yet')
  else if (answer.kind === 'failed') put(plain(answer.reason, 1_000))
  else {
    lines.push(`${style(resultOf(row).colour, String(answer.status))}  ${answer.ms} ms, attempt ${attempts}`)
    for (const [name, value] of answer.headers) put(plain(`${name}: ${value}`, 2_000))
    if (answer.body.length > 0) {
      lines.push('')
      put(
        showBody(
          answer.body,
          headerOf([...answer.headers.map(([name, value]): [string, string] => [name, value])], 'content-type'),
        ),
      )
    }
  }
  if (fetched === null) {
    lines.push('', 'The payload is past its retention.')
    return lines
  }
  lines.push('', style('bold', 'Headers'))
  for (const [name, value] of fetched.detail.headers) put(plain(`${name}: ${value}`, 4_000))
  lines.push('', style('bold', `Body, ${bytesText(event.bodySize)}`))
  put(showBody(fetched.body, headerOf(fetched.detail.headers, 'content-type')))
  return lines.slice(0, maxLines)
}
