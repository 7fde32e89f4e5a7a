import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { EventDetailView } from '../../src/operator/schemas.ts'
import { Badge, PageHead } from '../parts/basics.ts'
import { BodyView, headerOf, Pairs } from '../parts/body-view.ts'
import { CopyButton } from '../parts/copy.ts'
import { Loading, Missing } from '../parts/loading.ts'
import { Replay } from '../parts/replay.ts'
import { Timeline } from '../parts/timeline.ts'
import type { PageProps } from '../routes.ts'
import { useKeys } from '../state/keys.ts'
import { useResource } from '../state/resource.ts'
import { goBack, hrefOf } from '../state/router.ts'
import { curlLine } from '../text/curl.ts'
import { plural } from '../text/format.ts'
import { isUnfinished, standingOf, stateOfEvent } from '../text/states.ts'

const freshMs = 1_500

/** One event: what came, how it was judged, where it went, and again. */
export function Event({ id }: PageProps) {
  const [watched, setWatched] = useState(true)
  const path = `/api/events/${encodeURIComponent(id)}`
  const found = useResource<EventDetailView>(path, watched ? { everyMs: freshMs } : {})
  const { data: event, reload } = found
  const unfinished = event === undefined || isUnfinished(event.deliveries)
  useEffect(() => setWatched(unfinished), [unfinished])
  useKeys({ u: () => goBack(hrefOf('/events')) })

  if (event === undefined) {
    const why = 'Events are forgotten after their retention.'
    return h(Missing, { of: found, id, title: 'Event', why, list: '/events' })
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
    h(Loading, { of: found, lines: 0 }),
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
