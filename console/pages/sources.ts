import { type ComponentChildren, h } from 'preact'
import { Badge, PageHead, Time } from '../parts/basics.ts'
import { CopyLine } from '../parts/copy.ts'
import { Loading } from '../parts/loading.ts'
import { useResource } from '../state/resource.ts'
import { hrefOf } from '../state/router.ts'
import type { Source, SourceList } from '../state/types.ts'
import { bytes, count, span } from '../text/format.ts'
import { webLink } from '../text/links.ts'
import type { Standing } from '../text/states.ts'

const everyMs = 10_000

/** Where events come from: what each sender is to be given, how it is checked, and how it does. */
export function Sources() {
  const found = useResource<SourceList>('/api/sources', { everyMs })
  const { data } = found
  const sources = data?.sources ?? []
  return h(
    'div',
    null,
    h(PageHead, { title: 'Sources', lead: 'Who sends events, the URL to give each of them, and how it is checked.' }),
    h(Loading, { of: found, lines: 8 }),
    h(
      'ul',
      { class: 'cards' },
      sources.map((source) => h(Card, { key: source.name, source })),
    ),
    data === undefined ? null : h(More, { alone: sources.length === 1 }),
  )
}

const checked: Standing = {
  word: 'verified',
  tone: 'good',
  meaning: 'Only requests that are signed with its secret are accepted.',
}
const closed: Standing = {
  word: 'rejects all',
  tone: 'quiet',
  meaning: 'No secret covers it, so nothing can be verified: every event is answered 401.',
}
const unchecked: Standing = { word: 'not verified', tone: 'warn', meaning: 'Whoever posts to it is believed.' }

function Card({ source }: { readonly source: Source }) {
  const { name, path, url, title, provider, verified, rejectsAll, lastEvent, lastDay } = source
  const address = (url ?? `${location.origin}${path}`).replace(':event', '<event>')
  return h(
    'li',
    { class: 'card' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', { class: 'wrap' }, source.default ? 'Every other path' : name),
      h(Badge, rejectsAll ? closed : verified ? checked : unchecked),
    ),
    h(
      'p',
      { class: 'hint' },
      source.default
        ? 'The source “default”: the path names the event.'
        : title.toLowerCase() === provider
          ? title
          : `${title} (${provider})`,
    ),
    h(CopyLine, { text: address, what: 'the URL' }),
    url === null
      ? h(
          'p',
          { class: 'hint' },
          'This is the address under which you opened the console. Set PUBLIC_URL to the one that senders reach.',
        )
      : null,
    h(
      'p',
      null,
      lastEvent === null
        ? 'No event yet.'
        : [
            'Last event: ',
            h('a', { key: 'event', class: 'wrap', href: hrefOf(`/events/${lastEvent.id}`) }, lastEvent.type),
            ' ',
            h(Time, { key: 'at', at: lastEvent.receivedAt }),
            '.',
          ],
      ` In 24 hours ${count(lastDay.accepted)} accepted, ${count(lastDay.duplicates)} duplicates, ${count(lastDay.rejected)} rejected.`,
    ),
    h(Setup, { source }),
    h(Facts, { source }),
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button small', href: hrefOf('/events', { source: name }) }, 'Events'),
      h('a', { class: 'button small', href: hrefOf('/rejected', { source: name }) }, 'Rejected'),
      h('a', { class: 'button small', href: hrefOf('/send', { source: name }) }, 'Send a test'),
    ),
  )
}

/** What to do until its events come; open as long as none came. */
function Setup({ source }: { readonly source: Source }) {
  const { steps, docs, lastEvent } = source
  const link = webLink(docs)
  const toDo = steps.filter(({ done }) => done === false).length
  return h(
    'details',
    { open: lastEvent === null },
    h('summary', null, toDo === 0 ? 'How to set it up' : `How to set it up: ${toDo} to do`),
    h(
      'ol',
      { class: 'steps' },
      steps.map(({ text, done }) =>
        h(
          'li',
          { key: text, class: done === true ? 'done' : done === false ? 'open' : '' },
          done === null ? null : h('span', { class: 'off-screen' }, done ? 'Done: ' : 'To do: '),
          text,
        ),
      ),
    ),
    link === null
      ? null
      : h('p', null, h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, 'Its own documentation')),
  )
}

function Facts({ source }: { readonly source: Source }) {
  const { schemes, toleranceSeconds, bodyLimit, deadlineSeconds, retries, allow } = source
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ['Secrets', h(Secrets, { source })],
    ['Checked by', schemes.join(', ')],
    ...fact('Signed at most', toleranceSeconds, (seconds) => `${span(seconds * 1000)} ago`),
    ['Bodies up to', bytes(bodyLimit)],
    ...fact('Waits for an answer', deadlineSeconds, (seconds) => `${seconds} s`),
    ...fact('Tries again', retries, (text) => text),
    ...fact('Sends from', allow, (addresses) => addresses.join(', ')),
    ...fact('Handshake', source.handshake, (handshake) => h(Handshake, { handshake })),
  ]
  return h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', { class: 'wrap' }, value))),
  )
}

function fact<T>(
  name: string,
  value: T | null,
  show: (value: T) => ComponentChildren,
): readonly (readonly [string, ComponentChildren])[] {
  return value === null ? [] : [[name, show(value)]]
}

function Secrets({ source: { secrets } }: { readonly source: Source }) {
  const { current, previous, brought, currentSince, previousSince, previousUsedAt } = secrets
  if (!current && brought === 0) return 'none'
  return h(
    'span',
    null,
    current ? ['one is set', h(Since, { key: 'since', at: currentSince })] : null,
    current && brought > 0 ? ', ' : '',
    brought > 0 ? `the sender brought ${count(brought)}` : '',
    previous ? h(Previous, { since: previousSince, usedAt: previousUsedAt }) : null,
  )
}

function Previous({ since, usedAt }: { readonly since: string | null; readonly usedAt: string | null }) {
  return h(
    'span',
    null,
    '; the previous one is accepted too',
    h(Since, { at: since }),
    usedAt === null
      ? '; none of the latest events needed it: it can go.'
      : ['; it verified an event ', h(Time, { key: 'used', at: usedAt }), '.'],
  )
}

/** As far as the store remembers: a secret may be older. */
function Since({ at }: { readonly at: string | null }) {
  return at === null ? null : h('span', null, ', first seen ', h(Time, { at }))
}

function Handshake({ handshake }: { readonly handshake: NonNullable<Source['handshake']> }) {
  const { verifyToken, bringsSecret, lastAt, answered } = handshake
  const token =
    verifyToken === 'missing'
      ? 'needs a verify token, which is not set. '
      : verifyToken === 'set'
        ? 'Verify token set. '
        : ''
  return h(
    'span',
    null,
    token,
    bringsSecret ? 'The sender brings its secret. ' : '',
    lastAt === null
      ? 'Not asked since the start.'
      : [answered === false ? 'Refused ' : 'Answered ', h(Time, { key: 'at', at: lastAt }), '.'],
  )
}

function More({ alone }: { readonly alone: boolean }) {
  return h(
    'section',
    { class: alone ? 'card quiet-card' : 'more' },
    h('h2', null, 'Add a sender'),
    h(
      'p',
      null,
      alone
        ? 'One variable makes a source, and more than 140 senders are known:'
        : 'One variable makes another source:',
    ),
    h(CopyLine, { text: 'GITHUB_WEBHOOK_SECRET=<the secret that you also give to GitHub>', what: 'the setting' }),
  )
}
