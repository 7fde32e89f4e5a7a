import { h } from 'preact'
import type { Pages } from '../state/pages.ts'
import { hrefOf } from '../state/router.ts'
import { count } from '../text/format.ts'
import { Problem } from './basics.ts'

export interface ListEndProps {
  readonly list: Omit<Pages<unknown>, 'change'>
  /** What the list is of, in the plural. */
  readonly things: string
  readonly lastAt: string | undefined
  readonly path: string
  readonly query: URLSearchParams
}

/** Below a list: whether there is more, and what can be done about it. */
export function ListEnd({ list, things, lastAt, path, query }: ListEndProps) {
  const { items, problem, complete, full, tired, loading, goOn } = list
  if (problem !== null) return h(Problem, { text: problem, retry: goOn })
  if (full) {
    const older = hrefOf(path, { ...Object.fromEntries(query), to: lastAt })
    return h(
      'p',
      { class: 'list-end' },
      `${count(items.length)} ${things} are shown. `,
      h('a', { href: older }, `Go on with older ones`),
      ', or narrow the list with filters.',
    )
  }
  if (tired) {
    return h(
      'p',
      { class: 'list-end' },
      `Nothing more was found so far. `,
      h('button', { type: 'button', onClick: goOn }, 'Look further back'),
    )
  }
  if (loading && items.length > 0) return h('p', { class: 'list-end', role: 'status' }, 'Loading more…')
  if (complete && items.length > 0)
    return h('p', { class: 'list-end' }, `That is all: ${count(items.length)} ${things}.`)
  return null
}
