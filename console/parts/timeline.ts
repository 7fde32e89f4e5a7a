import { type ComponentChildren, h } from 'preact'
import type { AttemptView, DeliveryView, EventDetailView } from '../../src/operator/schemas.ts'
import { bytes, clockTime, duration, exactTime, plural } from '../text/format.ts'
import { standingOf, standingOfAttempt, stateOfDelivery } from '../text/states.ts'
import { Badge, Time } from './basics.ts'
import { BodyView, headerOf, Pairs } from './body-view.ts'

/** Received, verified, stored, and then each destination's attempts. */
export function Timeline({ event }: { readonly event: EventDetailView }) {
  const at = Date.parse(event.receivedAt)
  return h(
    'ol',
    { class: 'timeline' },
    h(
      Step,
      { at, title: 'Received' },
      `${bytes(event.bodySize)}${event.externalId === null ? '' : ', which its sender calls '}`,
      event.externalId === null ? null : h('code', { class: 'wrap' }, event.externalId),
    ),
    h(Step, { at, title: 'Verified', tone: event.secret === null ? 'quiet' : 'good' }, verified(event)),
    h(Step, { at, title: 'Stored' }, 'On stable storage before the 200 was sent.'),
    event.deliveries.length === 0
      ? h(
          Step,
          { at, title: 'Delivered nowhere', tone: 'quiet' },
          'No destination takes events of this source and type.',
        )
      : event.deliveries.map((delivery) => h(DeliverySteps, { key: delivery.destination, event, delivery })),
  )
}

const secretWords = {
  current: 'Its signature matches the secret.',
  previous: 'Its signature matches the previous secret: the sender has not changed to the new one yet.',
} as const

function verified({ secret }: EventDetailView): string {
  return secret === null ? 'Nothing was checked, or it is not known with which secret.' : secretWords[secret]
}

interface StepProps {
  readonly at: number
  readonly title: ComponentChildren
  readonly tone?: string
  readonly children?: ComponentChildren
}

function Step({ at, title, tone = 'good', children }: StepProps) {
  return h(
    'li',
    { class: tone },
    h(
      'div',
      { class: 'step-head' },
      h('strong', null, title),
      h('time', { dateTime: new Date(at).toISOString(), title: exactTime(at) }, clockTime(at)),
    ),
    h('div', { class: 'step-text' }, children),
  )
}

function DeliverySteps({ event, delivery }: { readonly event: EventDetailView; readonly delivery: DeliveryView }) {
  const standing = standingOf(stateOfDelivery(delivery))
  const attempts = event.attempts.filter(({ destination }) => destination === delivery.destination)
  return h(
    'li',
    { class: standing.tone },
    h('div', { class: 'step-head' }, h('strong', { class: 'wrap' }, delivery.destination), h(Badge, standing)),
    h('div', { class: 'step-text' }, h(Outlook, { delivery, attempts })),
    attempts.length === 0
      ? null
      : h(
          'ol',
          { class: 'attempts' },
          attempts.map((attempt) => h(Attempt, { key: attempt.attempt, attempt })),
        ),
  )
}

/** What comes next, or how it ended. */
function Outlook({
  delivery,
  attempts,
}: {
  readonly delivery: DeliveryView
  readonly attempts: readonly AttemptView[]
}) {
  const { state, dueAt, lastStatus, lastError, orderingKey } = delivery
  const key =
    orderingKey === null ? null : h('span', null, ' In order by key ', h('code', { class: 'wrap' }, orderingKey), '.')
  // Of a delivery that succeeded at once nothing more is kept than how it ended.
  const told = attempts.length > 0 || lastError === null ? null : h('span', { class: 'wrap' }, ` ${lastError}`)
  const tries = delivery.attempts === 0 ? '' : ` ${plural(delivery.attempts, 'attempt')} so far.`
  if (state === 'pending') {
    // What is due waits while its destination fails, is paused or is slow.
    const next = Date.parse(dueAt) < Date.now() ? 'Next attempt: due' : 'Next attempt'
    return h('p', null, `${next} `, h(Time, { at: dueAt }), `.${tries}`, key, told)
  }
  if (state === 'leased') return h('p', null, `Attempt ${delivery.attempts} is being made.`, key)
  const status = lastStatus === null ? '' : ` with ${lastStatus},`
  return h(
    'p',
    null,
    `${state === 'done' ? `Answered${status}` : `Ended${status}`} `,
    h(Time, { at: dueAt }),
    '.',
    key,
    told,
  )
}

function Attempt({ attempt }: { readonly attempt: AttemptView }) {
  const { attempt: number, startedAt, durationMs, outcome, status, error, responseHeaders, responseBody } = attempt
  const head = [
    h('span', { key: 'n', class: 'attempt-number' }, `#${number}`),
    h(Badge, { key: 'badge', ...standingOfAttempt(outcome) }),
    h('span', { key: 'status' }, status === null ? '' : String(status)),
    h('span', { key: 'took' }, durationMs === null ? '' : duration(durationMs)),
    h(Time, { key: 'at', at: startedAt }),
  ]
  const why = error === null ? null : h('p', { class: 'attempt-error wrap' }, error)
  if (responseHeaders.length === 0 && responseBody === null)
    return h('li', null, h('div', { class: 'attempt' }, head), why)
  return h(
    'li',
    null,
    h(
      'details',
      null,
      h('summary', { class: 'attempt' }, head),
      h('h3', null, 'What it answered'),
      responseBody === null
        ? null
        : h(BodyView, {
            body: responseBody,
            size: responseBody.text.length,
            contentType: headerOf(responseHeaders, 'content-type'),
          }),
      h(Pairs, { label: `Headers of the answer to attempt ${number}`, pairs: responseHeaders }),
    ),
    why,
  )
}
