import { describeError } from '../../../delivery/one-line.ts'
import type { Client } from '../../api/client.ts'
import type { Io } from '../../io.ts'
import type { Output } from '../../output.ts'
import { type FetchedEvent, fetchEvent } from '../fetch-event.ts'
import { openLink } from '../open-link.ts'
import type { Row, Session } from '../session.ts'
import { detailsOf } from './details.ts'
import { heightOf, render } from './render.ts'
import { openTerminal } from './terminal.ts'
import { chosenRow, firstView, type Key, press, type View, type Wish } from './view.ts'

export interface ScreenOptions {
  readonly io: Io
  readonly output: Output
  readonly client: Client
  readonly target: URL
  readonly session: Session
  /** Ends the command. */
  readonly end: () => void
}

export interface Screen {
  /** Something is to be shown that was not. */
  changed(): void
  close(): void
}

/** However fast events come, nobody sees more than that; in milliseconds. */
const frameMs = 40

/** The live list: what comes, what became of it, and keys to look at it and send it again. */
export function openScreen({ io, output, client, target, session, end }: ScreenOptions): Screen {
  let view: View = firstView
  let looked: { readonly id: string; readonly fetched: FetchedEvent | null } | null = null
  /** Laying out a large body takes a moment. */
  let laidOut: { readonly row: Row; readonly columns: number; readonly lines: readonly string[] } | null = null
  let drawing: NodeJS.Timeout | null = null

  const terminal = openTerminal(io.stdin, io.stdout, { key, changed })

  function changed(): void {
    drawing ??= setTimeout(() => {
      drawing = null
      draw()
    }, frameMs)
  }

  function details(): readonly string[] | null {
    const row = chosenRow(session.rows(), view)
    if (view.mode !== 'details' || row === null || looked?.id !== row.event.id) return null
    const { columns } = terminal.size()
    if (laidOut?.row !== row || laidOut.columns !== columns) {
      laidOut = { row, columns, lines: detailsOf(row, looked.fetched, columns, output.style) }
    }
    return laidOut.lines
  }

  function draw(): void {
    const { origin, pathname } = target
    const scene = {
      view,
      rows: session.rows(),
      connection: session.connection(),
      from: client.gateway.host,
      to: origin + pathname,
      details: details(),
    }
    terminal.draw(render(scene, terminal.size(), output.style))
  }

  function key(pressed: Key): void {
    const rows = session.rows()
    const sight = { rows, lines: details()?.length ?? 0, height: heightOf(terminal.size()) }
    const next = press(view, pressed, sight)
    view = next.view
    const row = chosenRow(rows, view)
    if (next.wish !== null) fulfil(next.wish, row)
    changed()
  }

  function fulfil(wish: Wish, row: Row | null): void {
    if (wish === 'end') end()
    else if (wish === 'hold') session.hold(view.held)
    else if (wish === 'clear') session.clear()
    else if (row === null) say('There is no event yet.')
    else treat(wish, row.event.id)
  }

  function treat(wish: 'again' | 'details' | 'console', id: string): void {
    // Stays on it while others come.
    view = { ...view, chosen: id }
    if (wish === 'console') say(openLink(io, client.gateway.url, id))
    else if (wish === 'details') look(id)
    else {
      say(`Sending ${id} again …`)
      void session.again(id).then(
        () => say(''),
        (error: unknown) => say(describeError(error)),
      )
    }
  }

  function look(id: string): void {
    view = { ...view, mode: 'details', top: 0 }
    looked = null
    laidOut = null
    void fetchEvent(client, id).then(
      (fetched) => {
        looked = { id, fetched }
        changed()
      },
      (error: unknown) => {
        view = { ...view, mode: 'list' }
        say(describeError(error))
      },
    )
  }

  function say(message: string): void {
    view = { ...view, message }
    changed()
  }

  draw()
  return {
    changed,
    close() {
      if (drawing !== null) clearTimeout(drawing)
      terminal.close()
    },
  }
}
