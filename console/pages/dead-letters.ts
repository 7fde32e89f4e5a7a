import { h } from 'preact'
import { useState } from 'preact/hooks'
import type { DestinationView, ListedDeliveryView } from '../../src/operator/schemas.ts'
import { Action } from '../parts/action.ts'
import { Empty, PageHead, Skeleton, Time } from '../parts/basics.ts'
import { BulkDeliveries, type DeliveryFilter } from '../parts/bulk.ts'
import { type Field, Filters, sinceField, useFrom } from '../parts/filters.ts'
import { Jobs } from '../parts/jobs.ts'
import { ListEnd } from '../parts/list-end.ts'
import { Rows } from '../parts/rows.ts'
import { ask, givenOf } from '../state/api.ts'
import { type PageMemory, usePages } from '../state/pages.ts'
import { useResource } from '../state/resource.ts'
import { hrefOf, usePlace } from '../state/router.ts'
import { useSourceNames } from '../state/sources.ts'
import type { DeliveryPage, DestinationList } from '../state/types.ts'

const memory: PageMemory<ListedDeliveryView> = new Map()

type Shown = 'dead' | 'retrying'

/** What is said of each of the two. */
const words = {
  dead: {
    label: 'Dead deliveries',
    lead: 'Deliveries that were given up after all attempts. Mend the cause, then replay them.',
    when: 'Ended',
  },
  retrying: {
    label: 'Retrying deliveries',
    lead: 'Deliveries whose last attempt failed. Each is tried again by itself, or replayed from here at once.',
    when: 'Next attempt',
  },
} as const

const columnsOf = (state: Shown) =>
  [
    ['type', 'Type'],
    ['source', 'Source'],
    ['to', 'Destination'],
    ['why', 'Last attempt'],
    ['when', words[state].when],
  ] as const

/** Deliveries that are dead, or retrying: to be started anew, or discarded. */
export function DeadLetters() {
  const { query } = usePlace()
  const state: Shown = query.get('state') === 'retrying' ? 'retrying' : 'dead'
  const { label, lead } = words[state]
  const filter: DeliveryFilter = givenOf({
    state,
    source: query.get('source'),
    type: query.get('type'),
    destination: query.get('destination'),
    from: useFrom(query),
    to: query.get('to'),
  })
  const list = usePages({
    path: '/api/deliveries',
    query: filter,
    read: (page: DeliveryPage) => page.deliveries,
    memory,
  })
  const { data: destinations } = useResource<DestinationList>('/api/destinations')
  const [again, setAgain] = useState(0)
  const narrowed = [...query.keys()].some((name) => name !== 'state')
  const started = () => setAgain((count) => count + 1)

  return h(
    'div',
    null,
    h(
      PageHead,
      { title: 'Dead letters', lead },
      h(BulkDeliveries, {
        kind: 'replay',
        filter,
        destinations: destinations?.destinations ?? [],
        started,
        disabled: list.items.length === 0,
      }),
      h(BulkDeliveries, { kind: 'discard', filter, destinations: [], started, disabled: list.items.length === 0 }),
    ),
    h(Filters, { path: '/dead-letters', fields: useFields(destinations?.destinations ?? []) }),
    h(Jobs, { kinds: ['replay', 'discard'], changed: list.reload, again }),
    list.items.length === 0
      ? h(Nothing, { first: list.first || list.loading, bad: list.problem !== null, narrowed, state })
      : h(Rows<ListedDeliveryView>, {
          label,
          kind: 'dead-letters',
          items: list.items,
          columns: columnsOf(state),
          keyOf,
          hrefOf: ({ eventId }) => hrefOf(`/events/${eventId}`),
          cells: Cells,
          onEnd: list.more,
          beside: (delivery) =>
            h(ReplayOne, { delivery, done: () => list.change((items) => items.filter((one) => one !== delivery)) }),
        }),
    h(ListEnd, { list, things: 'deliveries', lastAt: list.items.at(-1)?.receivedAt, path: '/dead-letters', query }),
  )
}

const keyOf = ({ eventId, destination }: ListedDeliveryView): string => `${eventId} ${destination}`

function Cells(delivery: ListedDeliveryView) {
  const { type, source, destination, lastStatus, lastError, dueAt, attempts } = delivery
  const why = lastError ?? (lastStatus === null ? '' : `answered ${lastStatus}`)
  return [
    h('span', { key: 'type', class: 'type' }, h('span', { class: 'clip', title: type }, type)),
    h('span', { key: 'source', class: 'source' }, h('span', { class: 'clip' }, source)),
    h('span', { key: 'to', class: 'to' }, h('span', { class: 'clip', title: destination }, destination)),
    h('span', { key: 'why', class: 'why' }, h('span', { class: 'clip', title: `${why} (attempts: ${attempts})` }, why)),
    h('span', { key: 'when', class: 'when' }, h(Time, { at: dueAt })),
  ]
}

function ReplayOne({ delivery, done }: { readonly delivery: ListedDeliveryView; readonly done: () => void }) {
  const { eventId, destination, type } = delivery
  return h(Action, {
    label: 'Replay',
    name: `Replay ${type} to ${destination}`,
    small: true,
    title: `Deliver it to ${destination} again`,
    question: 'Replay this delivery?',
    async run() {
      await ask('POST', `/api/events/${eventId}/replay`, { body: { destination } })
      done()
      return `${type} is being delivered to ${destination} again.`
    },
  })
}

function useFields(destinations: readonly DestinationView[]): readonly Field[] {
  const sources = useSourceNames()
  return [
    { kind: 'text', name: 'type', title: 'Type', hint: 'invoice.paid' },
    {
      kind: 'select',
      name: 'destination',
      title: 'Destination',
      any: 'Any destination',
      options: destinations.map(({ name }) => ({ value: name, title: name })),
    },
    { kind: 'select', name: 'source', title: 'Source', any: 'Any source', options: sources },
    { kind: 'select', name: 'state', title: 'State', any: 'dead', options: [{ value: 'retrying', title: 'retrying' }] },
    sinceField,
  ]
}

interface NothingProps {
  readonly first: boolean
  readonly bad: boolean
  readonly narrowed: boolean
  readonly state: Shown
}

function Nothing({ first, bad, narrowed, state }: NothingProps) {
  if (bad) return null
  if (first) return h(Skeleton, { lines: 8 })
  const link = h('a', { href: hrefOf('/dead-letters') }, 'clear them')
  if (narrowed) return h(Empty, { title: 'No delivery matches' }, h('p', null, 'Choose other filters, or ', link, '.'))
  return state === 'dead'
    ? h(
        Empty,
        { title: 'No dead letters' },
        h(
          'p',
          null,
          'Every delivery is done or still being tried. What is dead, after about three days of attempts, waits here.',
        ),
      )
    : h(Empty, { title: 'Nothing is retrying' }, h('p', null, 'No delivery waits for another attempt.'))
}
