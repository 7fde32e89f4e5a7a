import type { Output } from '../output.ts'
import { plain } from '../output.ts'
import { clockTime } from '../show/time.ts'
import { latencyOf, resultOf } from './answer-text.ts'
import type { Row } from './session.ts'

/** For scripts and logs: a line for each event that was sent. */
export function createLinePrinter(output: Output, connection: () => { readonly live: boolean; readonly text: string }) {
  let said = ''
  let advised = ''

  return (row: Row | null): void => {
    const { live, text } = connection()
    if (text !== said && !(live && said === '' && text === 'live')) output.notice(text)
    said = text
    if (row === null) return
    const { event, state, answer, attempts } = row
    if (state !== 'done' && state !== 'gone' && state !== 'away') return
    // Why nobody takes them is said once for as long as it is so.
    const reason = answer?.kind === 'failed' ? answer.reason : ''
    if (reason !== '' && reason !== advised) output.notice(reason)
    advised = reason
    if (state === 'away') return
    const result = resultOf(row)
    output.line(
      [
        output.style('dim', clockTime(event.receivedAt)),
        output.style(result.colour, result.text),
        latencyOf(row),
        plain(event.source, 40),
        plain(event.type, 60),
        output.style('cyan', event.id),
      ].join('  '),
    )
    const { status, code } = { status: null, code: null, ...answer }
    output.record({ event, attempt: attempts, status, error: code, ms: answer?.ms ?? null })
  }
}
