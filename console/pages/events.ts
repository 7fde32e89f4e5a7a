import { h } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { Badge, Empty, PageHead, Skeleton, Time } from '../parts/basics.ts'
import { CopyLine } from '../parts/copy.ts'
import { type Field, Filters, sinceField, useFrom } from '../parts/filters.ts'
import { ListEnd } from '../parts/list-end.ts'
import { Rows } from '../parts/rows.ts'
import { ask, withQuery } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { type PageMemory, usePages } from '../state/pages.ts'
import { hrefOf, usePlace } from '../state/router.ts'
import { useSourceNames } from '../state/sources.ts'
import { type TailState, useTail } from '../state/tail.ts'
import type { EventPage } from '../state/types.ts'
import { bytes, count, plural, shortCount } from '../text/format.ts'
import { isUnfinished, standingOf, stateOfEvent, states } from '../text/states.ts'

const memory: PageMemory<EventView> = new Map()
/** As long as the reader is at the top, so many are kept; the others are asked for again. */
const maxLive = 600
/** Scrolled further than this, the list does not move under the reader's eyes. */
const atTop = 80
const refreshMs = 2_000
/** Of these at most the state is asked for again. */
const refreshed = 100

const columns = [
  ['state', 'Status'],
  ['type', 'Type'],
  ['source', 'Source'],
  ['to', 'Destinations'],
  ['size', 'Size'],
  ['when', 'Received'],
] as const

/** Everything that was accepted, newest first. */
export function Events() {
  const { query } = usePlace()
  const asked = Object.fromEntries([...query].filter(([name]) => name !== 'since' && name !== 'from'))
  const from = useFrom(query)

  const list = usePages('/api/events', { ...asked, from: from }, (page: EventPage) => page.events, memory)
  const [paused, setPaused] = useState(false)
  const [held, setHeld] = useState(0)
  const [said, setSaid] = useState('')
  const unheard = useRef(0)

  const reason = whyNotLive(query)
  const watches = !paused && reason === null && !list.first && list.problem === null
  const tail = useTail({
    query: watches ? { source: query.get('source') ?? undefined, type: query.get('type') ?? undefined } : null,
    after: () => list.items[0]?.id,
    onEvents(events) {
      unheard.current += events.length
      if (scrollY > atTop) setHeld((number) => number + events.length)
      else list.change((items) => merge(events, items))
    },
  })
  useKeys(reason === null ? { p: () => setPaused(!paused) } : {})
  useAnnouncement(unheard, list.items[0], setSaid)
  useFreshStates(list.items, list.change, asked, from)

  const showHeld = () => {
    setHeld(0)
    scrollTo({ top: 0 })
    list.reload()
  }
  return h(
    'div',
    null,
    h(
      PageHead,
      { title: 'Events' },
      h(LiveSwitch, { state: tail.state, paused, reason, toggle: () => setPaused(!paused), again: tail.again }),
    ),
    h(Filters, { path: '/events', fields: useFields() }),
    h('p', { class: 'off-screen', role: 'status', 'aria-live': 'polite' }, said),
    held === 0
      ? null
      : h(
          'button',
          { type: 'button', class: 'held primary', onClick: showHeld },
          `${plural(held, 'new event')} – show`,
        ),
    list.items.length === 0
      ? h(Nothing, {
          first: list.first,
          narrowed: [...query.keys()].length > 0,
          searching: list.loading,
          problem: list.problem,
        })
      : h(Rows<EventView>, {
          label: 'Events',
          kind: 'events',
          items: list.items,
          columns,
          keyOf: ({ id }) => id,
          hrefOf: ({ id }) => hrefOf(`/events/${id}`),
          cells: EventCells,
          onEnd: list.more,
        }),
    h(ListEnd, { list, things: 'events', lastAt: list.items.at(-1)?.receivedAt, path: '/events', query }),
  )
}

export function EventCells(event: EventView) {
  const { deliveries, duplicates, conflict, repeated } = event
  const standing = standingOf(stateOfEvent(deliveries))
  return [
    h('span', { key: 'state', class: 'state' }, h(Badge, standing)),
    h(
      'span',
      { key: 'type', class: 'type' },
      h('span', { class: 'clip', title: event.type }, event.type),
      conflict ? h('span', { class: 'flag bad', title: 'It came again with other bytes.' }, 'conflict') : null,
      repeated
        ? h('span', { class: 'flag warn', title: 'The same signed bytes came before under another id.' }, 'repeated')
        : null,
      duplicates > 0
        ? h(
            'span',
            { class: 'flag', title: `It came ${plural(duplicates, 'more time')}.` },
            `+${shortCount(duplicates)}`,
          )
        : null,
    ),
    h('span', { key: 'source', class: 'source' }, h('span', { class: 'clip' }, event.source)),
    h('span', { key: 'to', class: 'to' }, h('span', { class: 'clip' }, destinationsOf(event))),
    h('span', { key: 'size', class: 'size' }, bytes(event.bodySize)),
    h('span', { key: 'when', class: 'when' }, h(Time, { at: event.receivedAt })),
  ]
}

function destinationsOf({ deliveries }: EventView): string {
  const [first, ...others] = deliveries
  if (first === undefined) return '–'
  return others.length === 0 ? first.destination : `${first.destination} and ${count(others.length)} more`
}

/** Newer ones first, each once. */
function merge(news: readonly EventView[], items: readonly EventView[]): readonly EventView[] {
  const known = new Set(items.slice(0, 1_000).map(({ id }) => id))
  return [...news.filter(({ id }) => !known.has(id)), ...items].slice(0, Math.max(maxLive, items.length))
}

/** What the stream cannot tell apart is not watched; null: it can. */
function whyNotLive(query: URLSearchParams): string | null {
  if (query.get('status') !== null)
    return 'With a status chosen the list shows what is there now. Choose any status to watch.'
  if (query.get('text') !== null) return 'A search looks through what is there. Clear it to watch.'
  if (query.get('to') !== null) return 'The time that was chosen has an end. Clear it to watch.'
  return null
}

const liveWords: Readonly<Record<TailState, string>> = {
  off: 'Paused',
  connecting: 'Connecting…',
  live: 'Live',
  stopped: 'Stopped',
}

interface LiveSwitchProps {
  readonly state: TailState
  readonly paused: boolean
  readonly reason: string | null
  readonly toggle: () => void
  readonly again: () => void
}

function LiveSwitch({ state, paused, reason, toggle, again }: LiveSwitchProps) {
  if (state === 'stopped') {
    return h(
      'button',
      { type: 'button', onClick: again, title: 'The stream ended. Too many may be watching.' },
      'Watch again',
    )
  }
  return h(
    'button',
    {
      type: 'button',
      role: 'switch',
      class: `live ${reason === null ? state : 'off'}`,
      'aria-checked': reason === null && !paused ? 'true' : 'false',
      'aria-label': 'Live',
      disabled: reason !== null,
      title: reason ?? (paused ? 'Show events as they come' : 'Stop the list where it is'),
      onClick: toggle,
    },
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    reason === null ? liveWords[state] : 'Not live',
  )
}

function useFields(): readonly Field[] {
  const sources = useSourceNames()
  return [
    { kind: 'search', name: 'text', title: 'Search', hint: 'Id, type, or text in the body' },
    { kind: 'select', name: 'source', title: 'Source', any: 'Any source', options: sources },
    { kind: 'text', name: 'type', title: 'Type', hint: 'invoice.paid' },
    {
      kind: 'select',
      name: 'status',
      title: 'Status',
      any: 'Any status',
      options: states.map((state) => ({ value: state, title: standingOf(state).word })),
    },
    sinceField,
  ]
}

/** Says what came, but not each of them: a screen reader would never stop. */
function useAnnouncement(
  unheard: { current: number },
  newest: EventView | undefined,
  tell: (text: string) => void,
): void {
  const latest = useRef(newest)
  latest.current = newest
  useEffect(() => {
    const timer = setInterval(() => {
      if (unheard.current === 0) return
      const { type = '', source = '' } = latest.current ?? {}
      tell(`${plural(unheard.current, 'new event')}, the newest ${type} from ${source}.`)
      unheard.current = 0
    }, 5_000)
    return () => clearInterval(timer)
  }, [])
}

/** Deliveries go on after an event was shown: what is unfinished near the top is asked for again. */
function useFreshStates(
  items: readonly EventView[],
  change: (change: (items: readonly EventView[]) => readonly EventView[]) => void,
  asked: Readonly<Record<string, string | undefined>>,
  from: string | undefined,
): void {
  const latest = useRef(items)
  latest.current = items
  const address = withQuery('/api/events', { ...asked, from, limit: refreshed })
  useEffect(() => {
    const controller = new AbortController()
    const timer = setInterval(async () => {
      const open = latest.current.slice(0, refreshed).some(({ deliveries }) => isUnfinished(deliveries))
      if (!open || document.hidden) return
      try {
        const { events }: EventPage = await ask('GET', address, { signal: controller.signal })
        const fresh = new Map(events.map((event) => [event.id, event]))
        change((known) => known.map((event) => fresh.get(event.id) ?? event))
      } catch {
        // The next one will tell.
      }
    }, refreshMs)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [address])
}

interface NothingProps {
  readonly first: boolean
  readonly narrowed: boolean
  readonly searching: boolean
  readonly problem: string | null
}

function Nothing({ first, narrowed, searching, problem }: NothingProps) {
  if (problem !== null) return null
  if (first || searching) return h(Skeleton, { lines: 12 })
  if (narrowed) {
    return h(
      Empty,
      { title: 'No event matches' },
      h('p', null, 'Choose other filters, or ', h('a', { href: hrefOf('/events') }, 'clear them'), '.'),
    )
  }
  const url = `${location.origin}/webhook/user.created`
  return h(
    Empty,
    { title: 'No events yet' },
    h('p', null, 'Send one, and it appears here by itself:'),
    h(CopyLine, {
      text: `curl -X POST ${url} -H 'Content-Type: application/json' -d '{"hello":"world"}'`,
      what: 'the command',
    }),
    h('p', null, 'As a sender would send it, signed:'),
    h(CopyLine, { text: 'npx posthorn send github', what: 'the command' }),
    h(
      'p',
      null,
      'Or ',
      h('a', { href: hrefOf('/send') }, 'send one from here'),
      '; ',
      h('a', { href: hrefOf('/sources') }, 'Sources'),
      ' has the URLs for real senders.',
    ),
  )
}
