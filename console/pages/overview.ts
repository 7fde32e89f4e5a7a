import { h } from 'preact'
import { Badge, PageHead, Time } from '../parts/basics.ts'
import { CopyLine } from '../parts/copy.ts'
import { Loading } from '../parts/loading.ts'
import { Plots } from '../parts/overview-plots.ts'
import { withQuery } from '../state/api.ts'
import { useResource } from '../state/resource.ts'
import { hrefOf, usePlace } from '../state/router.ts'
import type { Overview as View } from '../state/types.ts'
import { bytes, count, duration, percentOrNone, plural, shortCount, span } from '../text/format.ts'
import type { Standing } from '../text/states.ts'

const ranges = [
  { minutes: 15, title: '15 min' },
  { minutes: 60, title: '1 h' },
  { minutes: 360, title: '6 h' },
  { minutes: 1_440, title: '24 h' },
  { minutes: 10_080, title: '7 d' },
  { minutes: 43_200, title: '30 d' },
] as const

const everyMs = 5_000

/** How the gateway is doing, at a glance. */
export function Overview() {
  const { query } = usePlace()
  const asked = Number(query.get('minutes'))
  const minutes = ranges.find((range) => range.minutes === asked)?.minutes ?? 60
  const found = useResource<View>(withQuery('/api/overview', { minutes }), { everyMs })
  const { data } = found
  return h(
    'div',
    null,
    h(
      PageHead,
      { title: 'Overview', lead: data === undefined ? undefined : h(Engine, { view: data }) },
      h(
        'div',
        { class: 'choices', role: 'group', 'aria-label': 'Time' },
        ranges.map((range) =>
          h(
            'a',
            {
              key: range.minutes,
              class: 'choice',
              href: hrefOf('/', range.minutes === 60 ? {} : { minutes: String(range.minutes) }),
              ...(range.minutes === minutes ? { 'aria-current': 'true' } : {}),
            },
            range.title,
          ),
        ),
      ),
    ),
    h(Loading, { of: found, lines: 12 }),
    data === undefined ? null : h(Figures, { view: data, minutes }),
  )
}

const storeStandings: Readonly<Record<string, Omit<Standing, 'word'>>> = {
  ready: { tone: 'good', meaning: 'The last commit succeeded.' },
  failing: { tone: 'bad', meaning: 'The last commit failed: events are answered 503 until one succeeds.' },
  broken: { tone: 'bad', meaning: 'Only a restart can help.' },
}

function Engine({ view: { store, version, startedAt } }: { readonly view: View }) {
  const standing = storeStandings[store.state] ?? { tone: 'warn', meaning: '' }
  return h(
    'span',
    { class: 'engine' },
    h(Badge, { word: store.state, ...standing }),
    `${store.engine} · Posthorn ${version} · started `,
    h(Time, { at: startedAt }),
    ` · ${store.durability}`,
  )
}

function Figures({ view, minutes }: { readonly view: View; readonly minutes: number }) {
  const { totals, backlog, warnings, store } = view
  const range = ranges.find((one) => one.minutes === minutes)?.title ?? ''
  const since = String(minutes)
  return h(
    'div',
    null,
    h(Warnings, { warnings }),
    totals.accepted + totals.rejected + totals.duplicates === 0 ? h(Nothing, { range }) : null,
    h(
      'dl',
      { class: 'tiles', 'aria-label': `In the last ${range}` },
      h(Tile, { name: 'Accepted', value: totals.accepted, href: hrefOf('/events', { since }) }),
      h(Tile, { name: 'Duplicates', value: totals.duplicates }),
      h(Tile, {
        name: 'Rejected',
        value: totals.rejected,
        tone: totals.rejected > 0 ? 'warn' : '',
        href: hrefOf('/rejected', { since }),
      }),
      h(Tile, {
        name: 'Success rate',
        text: percentOrNone(totals.successRate),
        tone: (totals.successRate ?? 1) < 0.99 ? 'warn' : '',
        note: `${shortCount(totals.done)} of ${plural(totals.done + totals.retry + totals.dead, 'attempt')}`,
      }),
      h(Tile, {
        name: 'Pending',
        value: backlog.pending,
        tone: backlog.ageSeconds > 60 ? 'warn' : '',
        href: hrefOf('/destinations'),
        note: backlog.ageSeconds === 0 ? 'none is late' : `the oldest for ${span(backlog.ageSeconds * 1000)}`,
      }),
      h(Tile, {
        name: 'Dead letters',
        value: backlog.dead,
        tone: backlog.dead > 0 ? 'bad' : '',
        href: hrefOf('/dead-letters'),
      }),
      h(Tile, {
        name: 'Answered within',
        text: totals.answers === null ? '–' : duration(totals.answers.p99 * 1000),
        note: '99 of 100 events',
      }),
      store.disk === null
        ? null
        : h(Tile, { name: 'Disk free', text: bytes(store.disk.free), note: `of ${bytes(store.disk.size)}` }),
    ),
    h(Plots, { view, range }),
  )
}

interface TileProps {
  readonly name: string
  readonly value?: number
  readonly text?: string
  readonly tone?: string
  readonly href?: string
  readonly note?: string
}

function Tile({ name, value = 0, text, tone = '', href, note }: TileProps) {
  const shown = h('span', text === undefined ? { title: count(value) } : null, text ?? shortCount(value))
  return h(
    'div',
    { class: `tile ${tone}` },
    h('dt', null, name),
    h(
      'dd',
      null,
      href === undefined ? shown : h('a', { href }, shown),
      note === undefined ? null : h('small', null, note),
    ),
  )
}

function Warnings({ warnings }: Pick<View, 'warnings'>) {
  if (warnings.length === 0) return null
  return h(
    'section',
    { class: 'warnings', 'aria-label': 'Warnings' },
    h(
      'ul',
      null,
      warnings.map(({ code, level, text }) =>
        h(
          'li',
          { key: code, class: level === 'critical' ? 'bad' : 'warn' },
          h('strong', null, level === 'critical' ? 'Critical: ' : 'Warning: '),
          text,
        ),
      ),
    ),
  )
}

function Nothing({ range }: { readonly range: string }) {
  const url = `${location.origin}/webhook/user.created`
  return h(
    'section',
    { class: 'card quiet-card' },
    h('h2', null, `Nothing came in the last ${range}`),
    h('p', null, 'Send an event, and watch it arrive in ', h('a', { href: hrefOf('/events') }, 'Events'), ':'),
    h(CopyLine, {
      text: `curl -X POST ${url} -H 'Content-Type: application/json' -d '{"hello":"world"}'`,
      what: 'the command',
    }),
  )
}
