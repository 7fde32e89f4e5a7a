import type { Output } from '../../output.ts'
import { plain } from '../../output.ts'
import { fitted, widthOf } from '../../show/text.ts'
import { clockTime } from '../../show/time.ts'
import { isTaken, latencyOf, resultOf } from '../answer-text.ts'
import type { Row } from '../session.ts'
import { chosenRow, type View } from './view.ts'
import { wrapped } from './wrapped.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Scene {
  readonly view: View
  readonly rows: readonly Row[]
  readonly connection: { readonly live: boolean; readonly text: string }
  /** Host of the gateway, URL of the program. */
  readonly from: string
  readonly to: string
  /** Lines of the details, no longer than the screen is wide; null: they are on their way. */
  readonly details: readonly string[] | null
}

/** Lines above and below what scrolls. */
const frame = 5

/** Lines for what scrolls. */
export function heightOf({ rows }: Size): number {
  return Math.max(1, rows - frame)
}

/** The screen as lines, none wider than it is and no more than it has. */
export function render(scene: Scene, size: Size, style: Output['style']): readonly string[] {
  const middle = scene.view.mode === 'list' ? listLines(scene, size, style) : detailLines(scene, size)
  const height = heightOf(size)
  const filled = [...middle, ...Array.from({ length: Math.max(0, height - middle.length) }, () => '')]
  const cut = (text: string) => fitted(text, size.columns)
  const tone = toneOf(scene)
  const [notice = '', rest = ''] = wrapped(noticeOf(scene, height), size.columns)
  const lines = [
    headLine(scene, size, style),
    scene.view.mode === 'list' ? style('dim', cut(headings(scene.rows))) : '',
    ...filled.slice(0, height),
    style(tone, notice),
    style(tone, cut(rest)),
    style('dim', cut(keysOf(scene.view))),
  ]
  return lines.slice(0, size.rows)
}

function headLine({ from, to, rows, connection, view }: Scene, { columns }: Size, style: Output['style']): string {
  const name = `${plain(from, 60)} → ${plain(to, 80)}`
  const refused = rows.filter((row) => row.state === 'done' && !isTaken(row)).length
  const waiting = rows.filter(({ state }) => state === 'waiting').length
  const facts = [
    view.held ? 'held back' : connection.live ? 'live' : 'not connected',
    `${rows.length} ${rows.length === 1 ? 'event' : 'events'}`,
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(refused > 0 ? [`${refused} not taken`] : []),
  ].join(' · ')
  const shown = fitted(facts, columns)
  const left = fitted(name, Math.max(0, columns - widthOf(shown) - 2))
  const gap = ' '.repeat(Math.max(0, columns - widthOf(left) - widthOf(shown)))
  return `${style('bold', left)}${gap}${style(view.held || !connection.live ? 'yellow' : 'green', shown)}`
}

interface Widths {
  readonly source: number
  readonly type: number
}

const widest: Widths = { source: 20, type: 40 }
const idWidth = 15
const resultWidth = 12

function widthsOf(rows: readonly Row[]): Widths {
  const most = (of: (row: Row) => string, least: number, limit: number) =>
    Math.min(limit, Math.max(least, ...rows.map((row) => widthOf(plain(of(row), limit)))))
  return {
    source: most(({ event }) => event.source, 'SOURCE'.length, widest.source),
    type: most(({ event }) => event.type, 'TYPE'.length, widest.type),
  }
}

function cellsOf(
  time: string,
  result: string,
  latency: string,
  source: string,
  type: string,
  id: string,
  widths: Widths,
): string {
  return [
    time.padEnd(8),
    result.padEnd(resultWidth),
    latency.padStart(8),
    padded(source, widths.source),
    padded(type, widths.type),
    id.padEnd(idWidth),
  ].join('  ')
}

function padded(text: string, width: number): string {
  const shown = fitted(plain(text, 200), width)
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)))
}

function headings(rows: readonly Row[]): string {
  return `  ${cellsOf('TIME', 'STATUS', 'LATENCY', 'SOURCE', 'TYPE', 'ID', widthsOf(rows))}`
}

function listLines({ rows, view, to }: Scene, size: Size, style: Output['style']): readonly string[] {
  if (rows.length === 0)
    return ['', `  No event yet. What the gateway takes from now on is sent to ${plain(to, 80)}.`].map((line) =>
      fitted(line, size.columns),
    )
  const height = heightOf(size)
  const chosen = chosenRow(rows, view)
  const at = chosen === null ? -1 : rows.indexOf(chosen)
  const first = Math.max(0, Math.min(rows.length - height, at - Math.floor(height / 2)))
  const widths = widthsOf(rows)
  return rows.slice(first, first + height).map((row) => {
    const { event } = row
    const result = resultOf(row)
    const text = cellsOf(
      clockTime(event.receivedAt),
      result.text,
      latencyOf(row),
      event.source,
      event.type,
      event.id,
      widths,
    )
    const line = fitted(`${row === chosen ? '›' : ' '} ${text}`, size.columns)
    if (row === chosen) return style('inverse', line + ' '.repeat(Math.max(0, size.columns - widthOf(line))))
    // Only the status is coloured, and it is where it is whatever was cut.
    const start = 2 + 8 + 2
    return (
      line.slice(0, start) +
      style(result.colour, line.slice(start, start + resultWidth)) +
      line.slice(start + resultWidth)
    )
  })
}

function detailLines({ details, view }: Scene, size: Size): readonly string[] {
  if (details === null) return ['  …']
  return details.slice(view.top, view.top + heightOf(size))
}

/** What matters most just now: what a key did, why nothing comes in, why nothing is taken. */
function noticeOf(scene: Scene, height: number): string {
  const { view, connection, details } = scene
  if (view.message !== '') return plain(view.message, 400)
  if (!connection.live && connection.text !== 'connecting') return plain(connection.text, 400)
  if (view.held) return 'Held back: nothing is sent until you press f again.'
  if (view.mode === 'details') {
    const count = details?.length ?? 0
    return count > height ? `Lines ${view.top + 1} to ${Math.min(count, view.top + height)} of ${count}` : ''
  }
  const answer = trouble(scene)?.answer
  if (answer?.kind !== 'failed') return ''
  const next = trouble(scene)?.state === 'away' ? ' It is tried again until then.' : ' Then press r to send it again.'
  return plain(answer.reason, 300) + (answer.away ? `.${next}` : '')
}

/** The newest event, where nobody took it. */
function trouble({ rows }: Scene): Row | undefined {
  return rows.findLast(({ state }) => state === 'done' || state === 'away')
}

function toneOf(scene: Scene): 'yellow' | 'red' | 'dim' {
  if (scene.view.message !== '' || (scene.view.mode === 'details' && scene.connection.live)) return 'dim'
  return scene.connection.live && !scene.view.held ? 'red' : 'yellow'
}

function keysOf({ mode, held }: View): string {
  const hold = held ? 'f go on' : 'f hold back'
  return mode === 'list'
    ? `↑↓ move  r send again  d details  o console  ${hold}  c clear  q quit`
    : `↑↓ scroll  r send again  o console  ${hold}  Esc back`
}
