import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { DestinationView, EventDetailView } from '../../src/operator/schemas.ts'
import { Action } from '../parts/action.ts'
import { Badge, Empty, PageHead, Problem, Skeleton } from '../parts/basics.ts'
import { BodyView, headerOf, Pairs } from '../parts/body-view.ts'
import { CopyButton } from '../parts/copy.ts'
import { Timeline } from '../parts/timeline.ts'
import type { PageProps } from '../routes.ts'
import { ask } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { useResource } from '../state/resource.ts'
import { goBack, hrefOf } from '../state/router.ts'
import { useReadOnly } from '../state/session.ts'
import type { DestinationList } from '../state/types.ts'
import { curlLine } from '../text/curl.ts'
import { plural } from '../text/format.ts'
import { isUnfinished, standingOf, stateOfEvent } from '../text/states.ts'

const freshMs = 1_500

/** One event: what came, how it was judged, where it went, and again. */
export function Event({ id }: PageProps) {
  const [watched, setWatched] = useState(true)
  const path = `/api/events/${encodeURIComponent(id)}`
  const { data: event, problem, reload } = useResource<EventDetailView>(path, watched ? { everyMs: freshMs } : {})
  const unfinished = event === undefined || isUnfinished(event.deliveries)
  useEffect(() => setWatched(unfinished), [unfinished])
  useKeys({ u: () => goBack(hrefOf('/events')) })

  if (event === undefined) {
    if (problem === null) return h('div', null, h(PageHead, { title: id }), h(Skeleton, { lines: 10 }))
    return h(
      'div',
      null,
      h(PageHead, { title: 'Event' }),
      h(Problem, { text: problem, retry: reload }),
      h(
        Empty,
        { title: 'It is not here' },
        h(
          'p',
          null,
          'Events are forgotten after their retention. ',
          h('a', { href: hrefOf('/events') }, 'To the list'),
        ),
      ),
    )
  }
  return h(
    'div',
    { class: 'event-page' },
    h(
      PageHead,
      {
        title: h(
          'span',
          { class: 'title-line' },
          h('span', { class: 'wrap' }, event.type),
          h(Badge, standingOf(stateOfEvent(event.deliveries))),
        ),
        lead: h(
          'span',
          null,
          'from ',
          h('a', { href: hrefOf('/events', { source: event.source }) }, event.source),
          ' · ',
          h('code', null, event.id),
        ),
      },
      h(CopyButton, { text: event.id, what: 'the id', label: 'Copy id' }),
      h(CopyButton, { text: () => curlOf(event), what: 'it as a curl command', label: 'Copy as curl' }),
      h(Replay, {
        event,
        done: () => {
          setWatched(true)
          reload()
        },
      }),
    ),
    problem === null ? null : h(Problem, { text: problem, retry: reload }),
    h(Flags, { event }),
    h(
      'div',
      { class: 'columns' },
      h(
        'section',
        { 'aria-labelledby': 'timeline' },
        h('h2', { id: 'timeline' }, 'What became of it'),
        h(Timeline, { event }),
      ),
      h(
        'div',
        null,
        h('section', { 'aria-labelledby': 'body' }, h('h2', { id: 'body' }, 'Body'), h(Payload, { event })),
        h(
          'section',
          { 'aria-labelledby': 'headers' },
          h('h2', { id: 'headers' }, 'Headers'),
          h(Pairs, { label: 'Headers', pairs: event.headers }),
        ),
      ),
    ),
  )
}

function Payload({ event }: { readonly event: EventDetailView }) {
  if (event.body === null)
    return h('p', { class: 'hint' }, 'It is past its retention: what is left is that it came, and what became of it.')
  return h(BodyView, {
    body: event.body,
    size: event.bodySize,
    contentType: headerOf(event.headers, 'content-type'),
    download: `/api/events/${event.id}/body`,
  })
}

/** What an operator would want to know of it at once. */
function Flags({ event }: { readonly event: EventDetailView }) {
  const { duplicates, conflict, repeated } = event
  const lines = [
    ...(conflict
      ? [
          {
            bad: true,
            text: 'It came again with other bytes under the same id. Only the first is kept; ask the sender which of them counts.',
          },
        ]
      : []),
    ...(repeated
      ? [
          {
            bad: true,
            text: 'The same signed bytes came before under another id: the sender repeated itself, or somebody replays what they recorded.',
          },
        ]
      : []),
    ...(duplicates > 0
      ? [
          {
            bad: false,
            text: `It came ${plural(duplicates, 'more time')}; each was answered 200 and not delivered again.`,
          },
        ]
      : []),
  ]
  if (lines.length === 0) return null
  return h(
    'ul',
    { class: 'flags' },
    lines.map(({ bad, text }) => h('li', { key: text, class: bad ? 'bad' : '' }, text)),
  )
}

/** The same request again, to where it came in. */
function curlOf({ source, type, headers, body, id }: EventDetailView): string {
  const segment = source === 'default' ? type : source
  return curlLine({
    method: 'POST',
    url: `${location.origin}/webhook/${encodeURIComponent(segment)}`,
    headers,
    body,
    bytesUrl: `${location.origin}/api/events/${id}/body`,
  })
}

function Replay({ event, done }: { readonly event: EventDetailView; readonly done: () => void }) {
  const [asked, setAsked] = useState(false)
  const [to, setTo] = useState('')
  const readOnly = useReadOnly()
  const { data } = useResource<DestinationList>('/api/destinations')
  const configured = (data?.destinations ?? []).filter((destination) => destination.configured)
  const gone = event.body === null
  useKeys(readOnly === null && !gone ? { r: () => setAsked(true) } : {})
  return h(
    Action,
    {
      label: 'Replay',
      primary: true,
      title: gone ? 'Its payload is past its retention.' : 'Deliver it again. (r)',
      question: 'Replay this event?',
      disabled: gone,
      asked,
      onAsked: setAsked,
      async run() {
        await ask('POST', `/api/events/${event.id}/replay`, { body: to === '' ? {} : { destination: to } })
        done()
        return to === '' ? 'It is being delivered again.' : `It is being delivered to ${to}.`
      },
    },
    h(ReplayTarget, { event, configured, to, setTo }),
  )
}

interface ReplayTargetProps {
  readonly event: EventDetailView
  readonly configured: readonly DestinationView[]
  readonly to: string
  readonly setTo: (to: string) => void
}

function ReplayTarget({ event, configured, to, setTo }: ReplayTargetProps) {
  const before = event.deliveries.map(({ destination }) => destination)
  return h(
    'div',
    null,
    h(
      'p',
      null,
      before.length === 0
        ? 'No destination took it when it came. Choose one.'
        : 'It is delivered again as it came, with the bytes and headers that are stored. Those who had it already get it twice.',
    ),
    h(
      'label',
      { class: 'field' },
      h('span', null, 'To'),
      h(
        'select',
        {
          value: to,
          onChange: (change: globalThis.Event) => {
            if (change.target instanceof HTMLSelectElement) setTo(change.target.value)
          },
        },
        h(
          'option',
          { value: '' },
          before.length === 0 ? 'Choose a destination' : `Where it went before (${before.join(', ')})`,
        ),
        configured.map(({ name }) => h('option', { key: name, value: name }, name)),
      ),
    ),
    configured.length === 0 && before.length === 0
      ? h('p', { class: 'hint' }, 'No destination is configured: set FORWARD_URL, or put a file into handlers/.')
      : null,
  )
}
