import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { Empty, PageHead, Skeleton } from '../parts/basics.ts'
import { CopyLine } from '../parts/copy.ts'
import { EventCells } from '../parts/event-cells.ts'
import { type Field, Filters, sinceField, useFrom } from '../parts/filters.ts'
import { ListEnd } from '../parts/list-end.ts'
import { LiveSwitch, whyNotLive } from '../parts/live-switch.ts'
import { Rows } from '../parts/rows.ts'
import { useAnnouncement } from '../state/announcement.ts'
import { useFreshStates } from '../state/fresh-states.ts'
import { useKeys } from '../state/keys.ts'
import { type PageMemory, usePages } from '../state/pages.ts'
import { hrefOf, usePlace } from '../state/router.ts'
import { useSourceNames } from '../state/sources.ts'
import { useTail } from '../state/tail.ts'
import type { EventPage } from '../state/types.ts'
import { plural } from '../text/format.ts'
import { states } from '../text/states.ts'

const memory: PageMemory<EventView> = new Map()
/** As long as the reader is at the top, so many are kept; the others are asked for again. */
const maxLive = 600
/** Scrolled further than this, the list does not move under the reader's eyes. */
const atTop = 80

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
  const chosen = Object.fromEntries([...query].filter(([name]) => name !== 'since'))
  const asked = { ...chosen, from: useFrom(query) }
  const list = usePages({
    path: '/api/events',
    query: asked,
    read: (page: EventPage) => page.events,
    memory,
    cursorOf: ({ id }) => id,
    newestOf: ({ newest }: EventPage) => newest,
  })
  const [paused, setPaused] = useState(false)
  const [held, setHeld] = useState(0)
  const { said, came } = useAnnouncement(list.items[0])

  const reason = whyNotLive(query)
  const watches = !paused && reason === null && !list.first && list.problem === null
  const tail = useTail({
    query: watches ? { source: query.get('source') ?? undefined, type: query.get('type') ?? undefined } : null,
    start: list.start,
    onEvents: (events, missed) => show(unknownOf(events, list.items), missed, (number, more) => number + more),
    async catchUp(signal) {
      const at = Date.now()
      const { events, next, newest } = await list.peek(signal)
      const fresh = unknownOf(events, list.items)
      // What is held back already is among them.
      show(fresh, next !== null && fresh.length === events.length, Math.max)
      return { id: newest, at }
    },
  })
  const show = (fresh: readonly EventView[], missed: boolean, count: (held: number, more: number) => number) => {
    if (fresh.length === 0) return
    came(fresh.length)
    if (held > 0 || scrollY > atTop) setHeld((number) => count(number, fresh.length))
    else list.change((items) => (missed ? fresh : merge(fresh, items)))
  }
  const toggle = () => setPaused(!paused)
  useKeys(reason === null ? { p: toggle } : {})
  useFreshStates(list, asked)

  const showHeld = () => {
    setHeld(0)
    scrollTo({ top: 0 })
    list.reload()
  }
  useEffect(() => setHeld(0), [query])
  useEffect(() => {
    if (held === 0) return
    const look = () => {
      if (scrollY <= atTop) showHeld()
    }
    addEventListener('scroll', look, { passive: true })
    return () => removeEventListener('scroll', look)
  }, [held])
  return h(
    'div',
    null,
    h(PageHead, { title: 'Events' }, h(LiveSwitch, { state: tail.state, paused, reason, toggle, again: tail.again })),
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

/** Those that are not in the list: where it was read is not always where watching begins. */
function unknownOf(events: readonly EventView[], items: readonly EventView[]): readonly EventView[] {
  const known = new Set(items.slice(0, 1_000).map(({ id }) => id))
  return events.filter(({ id }) => !known.has(id))
}

/** Newest first, each once. */
function merge(news: readonly EventView[], items: readonly EventView[]): readonly EventView[] {
  const all = [...unknownOf(news, items), ...items].sort((a, b) => (a.id < b.id ? 1 : -1))
  return all.slice(0, Math.max(maxLive, items.length))
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
      options: states.map((state) => ({ value: state, title: state })),
    },
    sinceField,
  ]
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
