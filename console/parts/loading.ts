import { type ComponentChildren, h } from 'preact'
import type { Resource } from '../state/resource.ts'
import { hrefOf } from '../state/router.ts'
import { Empty, PageHead, Problem, Skeleton } from './basics.ts'

type Asked = Pick<Resource<unknown>, 'data' | 'problem' | 'reload'>

/** What is shown of an answer besides itself: why it is not to be had, or that it comes. */
export function Loading({ of: { data, problem, reload }, lines }: { readonly of: Asked; readonly lines: number }) {
  if (problem !== null) return h(Problem, { text: problem, retry: reload })
  return data === undefined ? h(Skeleton, { lines }) : null
}

export interface MissingProps {
  readonly of: Asked & Pick<Resource<unknown>, 'gone'>
  /** Until it is here. */
  readonly id: string
  /** What it would have been. */
  readonly title: string
  /** Why it may be gone. */
  readonly why: ComponentChildren
  /** Path of the list that it would be in. */
  readonly list: string
}

/** The page of one thing that is not here: it comes, it could not be had, or there is none. */
export function Missing({ of, id, title, why, list }: MissingProps) {
  if (!of.gone) return h('div', null, h(PageHead, { title: id }), h(Loading, { of, lines: 10 }))
  return h(
    'div',
    null,
    h(PageHead, { title }),
    h(Empty, { title: 'It is not here' }, h('p', null, why, ' ', h('a', { href: hrefOf(list) }, 'To the list'))),
  )
}
