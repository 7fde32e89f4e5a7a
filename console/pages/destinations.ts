import { h } from 'preact'
import type { DestinationView } from '../../src/operator/schemas.ts'
import { Action } from '../parts/action.ts'
import { Badge, Empty, PageHead, Time } from '../parts/basics.ts'
import { CopyLine } from '../parts/copy.ts'
import { Loading } from '../parts/loading.ts'
import { ask, withQuery } from '../state/api.ts'
import { useResource } from '../state/resource.ts'
import { hrefOf } from '../state/router.ts'
import type { DestinationList, Statistics } from '../state/types.ts'
import { count, percent, shortCount } from '../text/format.ts'
import { standingOfDestination } from '../text/states.ts'

const everyMs = 3_000

/** Where events go: how each destination does, and what waits for it. */
export function Destinations() {
  const found = useResource<DestinationList>('/api/destinations', { everyMs })
  const { data, reload } = found
  const { data: lastHour } = useResource<Statistics>(withQuery('/api/statistics', { minutes: 60 }), {
    everyMs: everyMs * 5,
  })
  const destinations = data?.destinations ?? []
  return h(
    'div',
    null,
    h(PageHead, {
      title: 'Destinations',
      lead: 'Where events are handed on to. A slow or broken one never holds up the others.',
    }),
    h(Loading, { of: found, lines: 6 }),
    data !== undefined && destinations.length === 0 ? h(Nothing, null) : null,
    h(
      'ul',
      { class: 'cards' },
      destinations.map((destination) => h(Card, { key: destination.name, destination, lastHour, reload })),
    ),
  )
}

interface CardProps {
  readonly destination: DestinationView
  readonly lastHour: Statistics | undefined
  readonly reload: () => void
}

function Card({ destination, lastHour, reload }: CardProps) {
  const { name, state, configured, reason, since, pending, retrying, leased, dead, oldestDueAt, ageSeconds } =
    destination
  const counts = (lastHour?.deliveries ?? []).filter((one) => one.destination === name)
  const late = pending > retrying && ageSeconds > 60
  return h(
    'li',
    { class: 'card' },
    h('div', { class: 'card-head' }, h('h2', { class: 'wrap' }, name), h(Badge, standingOfDestination(state))),
    configured
      ? null
      : h(
          'p',
          { class: 'hint' },
          'It is in no setting any more. Move what waits for it to another one, or discard it.',
        ),
    h(
      'p',
      { class: 'hint wrap' },
      standingOfDestination(state).meaning,
      since === null
        ? isLeftAlone(state) && ' What is due next tries it.'
        : [isLeftAlone(state) ? ' Tried again ' : ' Since ', h(Time, { key: 'since', at: since }), '.'],
      reason === null ? null : ` ${reason}`,
    ),
    h(
      'dl',
      { class: 'figures' },
      h(Figure, { name: 'Pending', value: pending, tone: late ? 'warn' : '' }),
      h(Figure, {
        name: 'Retrying',
        value: retrying,
        tone: retrying > 0 ? 'warn' : '',
        href: hrefOf('/dead-letters', { state: 'retrying', destination: name }),
      }),
      h(Figure, { name: 'Leased', value: leased, tone: '' }),
      h(Figure, {
        name: 'Dead',
        value: dead,
        tone: dead > 0 ? 'bad' : '',
        href: hrefOf('/dead-letters', { destination: name }),
      }),
    ),
    h(
      'p',
      { class: 'hint' },
      attemptsIn(counts),
      oldestDueAt === null || pending === 0
        ? null
        : [' The oldest that waits: due ', h(Time, { key: 'due', at: oldestDueAt }), '.'],
    ),
    h('div', { class: 'actions' }, h(Buttons, { destination, reload })),
  )
}

const isLeftAlone = (state: DestinationView['state']) => state === 'failing' || state === 'throttled'

/** What came of the attempts of the last hour. */
function attemptsIn(counts: Statistics['deliveries']): string {
  const sum = (key: 'done' | 'retry' | 'dead') => counts.reduce((total, one) => total + one[key], 0)
  const [done, retry, dead] = [sum('done'), sum('retry'), sum('dead')]
  const all = done + retry + dead
  if (all === 0) return 'No attempt in the last hour.'
  return `Attempts in the last hour: ${count(done)} done, ${count(retry)} retry, ${count(dead)} dead; success rate ${percent(done / all)}.`
}

interface FigureProps {
  readonly name: string
  readonly value: number
  readonly tone: string
  readonly href?: string
}

function Figure({ name, value, tone, href }: FigureProps) {
  const text = h('span', { title: count(value) }, shortCount(value))
  return h(
    'div',
    { class: tone },
    h('dt', null, name),
    h('dd', null, href === undefined || value === 0 ? text : h('a', { href }, text)),
  )
}

function Buttons({ destination, reload }: { readonly destination: DestinationView; readonly reload: () => void }) {
  const { name, state, configured } = destination
  const change = (action: 'pause' | 'resume' | 'enable' | 'try', said: string) => async () => {
    await ask('POST', `/api/destinations/${encodeURIComponent(name)}/${action}`)
    reload()
    return said
  }
  if (!configured) return null
  if (state === 'disabled') {
    return h(Action, {
      label: 'Enable',
      name: `Enable ${name}`,
      title: 'Deliver to it again',
      run: change('enable', `${name} is enabled.`),
    })
  }
  if (state === 'paused') {
    return h(Action, {
      label: 'Resume',
      name: `Resume ${name}`,
      title: 'Go on with deliveries',
      run: change('resume', `${name} goes on.`),
    })
  }
  return [
    isLeftAlone(state)
      ? h(Action, {
          key: 'try',
          label: 'Try now',
          name: `Try ${name} now`,
          title: 'Try it with what is due next, rather than at the end of its pause',
          primary: true,
          run: change('try', `${name} is tried: when that succeeds, all that is due follows.`),
        })
      : null,
    h(Action, {
      key: 'pause',
      label: 'Pause',
      name: `Pause ${name}`,
      title: 'Begin no more attempts; what falls due waits',
      question: `Pause ${name}?`,
      run: change('pause', `${name} is paused.`),
      children: h('p', null, 'Events are accepted as before. What is for this destination waits until you resume it.'),
    }),
  ]
}

function Nothing() {
  return h(
    Empty,
    { title: 'No destinations yet' },
    h('p', null, 'Events are verified and stored, and go nowhere. Give your application’s address:'),
    h(CopyLine, { text: 'FORWARD_URL=http://localhost:8080/webhooks npm start', what: 'the setting' }),
    h(
      'p',
      null,
      'or put code into ',
      h('code', null, 'handlers/'),
      ', or describe destinations in ',
      h('code', null, 'posthorn.config.ts'),
      '.',
    ),
  )
}
