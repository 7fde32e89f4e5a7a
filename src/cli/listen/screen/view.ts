import type { Row } from '../session.ts'

/** What is on the screen, apart from the events themselves. */
export interface View {
  readonly mode: 'list' | 'details'
  /** The id of the event that is chosen; null: the newest, whichever that is. */
  readonly chosen: string | null
  /** First line of the details that is shown. */
  readonly top: number
  readonly held: boolean
  /** What came of the last key; empty: nothing to say. */
  readonly message: string
}

export const firstView: View = { mode: 'list', chosen: null, top: 0, held: false, message: '' }

/** What a key asks for beside another view. */
export type Wish = 'again' | 'details' | 'console' | 'hold' | 'clear' | 'end'

export interface Key {
  /** As `node:readline` names it. */
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly shift?: boolean | undefined
}

export interface Sight {
  readonly rows: readonly Row[]
  /** Lines of the details; 0 in the list. */
  readonly lines: number
  /** Lines that are seen at once. */
  readonly height: number
}

/** The event that is chosen; null: there is none. */
export function chosenRow(rows: readonly Row[], { chosen }: View): Row | null {
  return rows.find(({ event }) => event.id === chosen) ?? rows.at(-1) ?? null
}

/** What a key makes of the view, and what else is to be done. */
export function press(view: View, key: Key, sight: Sight): { readonly view: View; readonly wish: Wish | null } {
  const quiet = { ...view, message: '' }
  const wish = (wanted: Wish, changed: View = quiet) => ({ view: changed, wish: wanted })
  const stay = (changed: View) => ({ view: changed, wish: null })
  const name = nameOf(key)
  if (name === 'ctrl-c') return wish('end')
  if (name === 'r') return wish('again')
  if (name === 'o') return wish('console')
  if (name === 'f') return wish('hold', { ...quiet, held: !view.held })
  if (view.mode === 'details') {
    if (['escape', 'return', 'd', 'q', 'left', 'h'].includes(name)) return stay({ ...quiet, mode: 'list', top: 0 })
    return stay({ ...quiet, top: scrolled(view.top, name, sight) })
  }
  if (name === 'q') return wish('end')
  if (name === 'c') return wish('clear', { ...quiet, chosen: null })
  if (['return', 'd', 'right', 'l'].includes(name)) return wish('details')
  return stay({ ...quiet, chosen: moved(view, name, sight) })
}

function nameOf({ name, sequence, ctrl, shift }: Key): string {
  if (ctrl) return `ctrl-${name}`
  if (shift && name?.length === 1) return name.toUpperCase()
  return name === 'enter' ? 'return' : (name ?? sequence ?? '')
}

/** Lines by which a key moves; null: it moves nothing. */
function distance(name: string, height: number): number | null {
  switch (name) {
    case 'up':
    case 'k':
      return -1
    case 'down':
    case 'j':
      return 1
    case 'pageup':
    case 'ctrl-b':
      return -height
    case 'pagedown':
    case 'space':
    case 'ctrl-f':
      return height
    case 'home':
    case 'g':
      return Number.NEGATIVE_INFINITY
    case 'end':
    case 'G':
      return Number.POSITIVE_INFINITY
    default:
      return null
  }
}

function moved(view: View, name: string, { rows, height }: Sight): string | null {
  const by = distance(name, height)
  if (by === null) return view.chosen
  const last = rows.length - 1
  const at = rows.findIndex(({ event }) => event.id === view.chosen)
  const next = Math.max(0, Math.min(last, (at === -1 ? last : at) + by))
  // At the end the newest is followed again.
  return next >= last ? null : (rows[next]?.event.id ?? null)
}

function scrolled(top: number, name: string, { lines, height }: Sight): number {
  const by = distance(name, Math.max(1, height - 1)) ?? 0
  return Math.max(0, Math.min(Math.max(0, lines - height), top + by))
}
