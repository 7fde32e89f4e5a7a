import { h } from 'preact'
import type { RejectionDetailView, ReleaseOutcomeView } from '../../src/operator/schemas.ts'
import { Action } from '../parts/action.ts'
import { Badge, PageHead, Time } from '../parts/basics.ts'
import { BodyView, headerOf, Pairs } from '../parts/body-view.ts'
import { CopyButton } from '../parts/copy.ts'
import { Missing } from '../parts/loading.ts'
import type { PageProps } from '../routes.ts'
import { ask } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { useResource } from '../state/resource.ts'
import { go, goBack, hrefOf } from '../state/router.ts'
import { curlLine } from '../text/curl.ts'
import { bytes } from '../text/format.ts'

/** One rejected request, whole: why, what came, and what to do. */
export function Rejection({ id }: PageProps) {
  const path = `/api/rejections/${encodeURIComponent(id)}`
  const found = useResource<RejectionDetailView>(path)
  const { data: rejection, reload } = found
  useKeys({ u: () => goBack(hrefOf('/rejected')) })
  if (rejection === undefined) {
    const why = 'It was released or deleted, or newer ones took its place.'
    return h(Missing, { of: found, id, title: 'Rejected request', why, list: '/rejected' })
  }
  const { cause, method, url, source, remoteAddress, receivedAt, headers, body, bodySize } = rejection
  return h(
    'div',
    { class: 'event-page' },
    h(
      PageHead,
      {
        title: h(
          'span',
          { class: 'title-line' },
          h('span', { class: 'badge bad' }, cause),
          h('span', { class: 'wrap' }, `${method} ${url}`),
        ),
        lead: h(
          'span',
          null,
          `${source === null ? 'no source' : `for ${source}`}${remoteAddress === null ? '' : ` from ${remoteAddress}`} · `,
          h(Time, { at: receivedAt }),
          ' · ',
          h('code', null, id),
        ),
      },
      h(CopyButton, {
        what: 'it as a curl command',
        label: 'Copy as curl',
        text: () => curlLine({ method, url: `${location.origin}${url}`, headers, body, bytesUrl: null }),
      }),
      h(Action, {
        label: 'Release',
        primary: true,
        title: 'Verify it by the settings of now, and take it if it is genuine',
        disabled: body === null && bodySize > 0,
        async run() {
          try {
            const released = await ask<ReleaseOutcomeView>('POST', `${path}/release`)
            go(hrefOf(released.eventId === null ? '/rejected' : `/events/${released.eventId}`))
            return released.outcome === 'duplicate'
              ? 'Its sender’s own retry was faster: here is the event.'
              : 'It is taken, as if it had just arrived.'
          } catch (error) {
            reload()
            throw error
          }
        },
      }),
      h(Action, {
        label: 'Delete',
        title: 'Remove it from the list',
        danger: true,
        question: 'Delete this rejection?',
        async run() {
          await ask('DELETE', path)
          go(hrefOf('/rejected'), { replace: true })
          return 'It is deleted.'
        },
        children: h('p', null, 'It is removed from this list and cannot be released any more.'),
      }),
    ),
    h(Why, { rejection, again: reload }),
    h(
      'div',
      { class: 'columns' },
      h(
        'section',
        { 'aria-labelledby': 'headers' },
        h('h2', { id: 'headers' }, 'Headers'),
        h(Pairs, { label: 'Headers', pairs: headers }),
      ),
      h(
        'section',
        { 'aria-labelledby': 'body' },
        h('h2', { id: 'body' }, 'Body'),
        body === null
          ? h('p', { class: 'hint' }, `It was not read, or is too large to keep: ${bytes(bodySize)}.`)
          : h(BodyView, { body, size: bodySize, contentType: headerOf(headers, 'content-type') }),
      ),
    ),
  )
}

const certainties = {
  proven: {
    word: 'proven',
    tone: 'good',
    meaning: 'With this one thing changed it is genuine, or nothing else is possible.',
  },
  likely: { word: 'likely', tone: 'warn', meaning: 'It fits, but could not be proven.' },
} as const

/** The cause as it was found, what to do, and what was compared. */
function Why({ rejection, again }: { readonly rejection: RejectionDetailView; readonly again: () => void }) {
  const { diagnosis, detail, cause } = rejection
  return h(
    'section',
    { class: 'card diagnosis', 'aria-label': 'Why it was rejected' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', null, 'Why it was rejected'),
      diagnosis === null
        ? null
        : h('span', { class: 'found' }, h('code', null, diagnosis.cause), h(Badge, certainties[diagnosis.certainty])),
    ),
    h('p', { class: 'wrap' }, diagnosis?.sentence ?? detail ?? `${cause}.`),
    diagnosis === null || diagnosis.facts.length === 0
      ? null
      : h(Pairs, {
          label: 'What was compared',
          pairs: diagnosis.facts.map(({ name, value }) => [name, value] as const),
        }),
    h(
      'p',
      { class: 'hint' },
      'Found by the settings of now. Once the cause is mended, release it: it is verified again, and taken if it is genuine. ',
      h('button', { type: 'button', class: 'small', onClick: again }, 'Look again'),
    ),
  )
}
