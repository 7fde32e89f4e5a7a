import { type ComponentChildren, h } from 'preact'
import { useNow } from '../state/clock.ts'
import { ago, exactTime } from '../text/format.ts'
import type { Standing } from '../text/states.ts'

/** A state: a word with a colour, never a colour alone. */
export function Badge({ word, tone, meaning }: Standing) {
  return h('span', { class: `badge ${tone}`, title: meaning }, word)
}

/** A time as people say it, with the exact one in its title. */
export function Time({ at }: { readonly at: string | number }) {
  const now = useNow()
  const ms = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(ms)) return h('span', null, String(at))
  return h('time', { dateTime: new Date(ms).toISOString(), title: exactTime(ms) }, ago(ms, Math.max(now, Date.now())))
}

/** What will be there, while it is not known yet. */
export function Skeleton({ lines = 5 }: { readonly lines?: number }) {
  return h(
    'div',
    { class: 'skeleton', role: 'status', 'aria-label': 'Loading' },
    Array.from({ length: lines }, (_, index) => h('span', { key: index })),
  )
}

/** Something could not be had: why, in words, and a way to try again. */
export function Problem({ text, retry }: { readonly text: string; readonly retry?: () => void }) {
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    h('p', null, text),
    retry === undefined ? null : h('button', { type: 'button', onClick: retry }, 'Try again'),
  )
}

/** Nothing is there: why, and what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return h(
    'div',
    { class: 'empty' },
    h('img', { src: mark(), alt: '', width: 40, height: 40 }),
    h('h2', null, title),
    children,
  )
}

/** Address of the posthorn. */
export function mark(): string {
  return new URL('../mark.svg', import.meta.url).href
}

export function PageHead({
  title,
  children,
  lead,
}: {
  readonly title: ComponentChildren
  readonly lead?: ComponentChildren
  readonly children?: ComponentChildren
}) {
  return h(
    'header',
    { class: 'page-head' },
    h('div', null, h('h1', { tabIndex: -1 }, title), lead === undefined ? null : h('p', { class: 'lead' }, lead)),
    h('div', { class: 'actions' }, children),
  )
}
