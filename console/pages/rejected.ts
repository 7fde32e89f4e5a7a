import { h } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { RejectionView } from '../../src/operator/schemas.ts'
import { Empty, PageHead, Skeleton, Time } from '../parts/basics.ts'
import { type Field, Filters, sinceField, useFrom } from '../parts/filters.ts'
import { Jobs } from '../parts/jobs.ts'
import { ListEnd } from '../parts/list-end.ts'
import { ReleaseAll } from '../parts/release.ts'
import { Rows } from '../parts/rows.ts'
import { givenOf } from '../state/api.ts'
import { type PageMemory, usePages } from '../state/pages.ts'
import { hrefOf, usePlace } from '../state/router.ts'
import { useSourceNames } from '../state/sources.ts'
import type { RejectionPage } from '../state/types.ts'
import { bytes } from '../text/format.ts'

const memory: PageMemory<RejectionView> = new Map()

const columns = [
  ['cause', 'Cause'],
  ['why', 'What the gateway saw'],
  ['source', 'Source'],
  ['size', 'Size'],
  ['when', 'Rejected'],
] as const

/** Requests that were rejected and are kept to be looked into. */
export function Rejected() {
  const { query } = usePlace()
  const filter = givenOf({
    source: query.get('source'),
    cause: query.get('cause'),
    from: useFrom(query),
    to: query.get('to'),
  })
  const list = usePages({
    path: '/api/rejections',
    query: filter,
    read: (page: RejectionPage) => page.rejections,
    memory,
  })
  const [again, setAgain] = useState(0)
  const narrowed = [...query.keys()].length > 0
  const fields = useFields(list.items)
  return h(
    'div',
    null,
    h(
      PageHead,
      { title: 'Rejected', lead: 'Requests that were rejected. The sender learns nothing of why; you do.' },
      h(ReleaseAll, {
        filter,
        started: () => setAgain((count) => count + 1),
        disabled: list.items.length === 0,
      }),
    ),
    h(Filters, { path: '/rejected', fields }),
    h(Jobs, { kinds: ['release'], changed: list.reload, again }),
    list.items.length === 0
      ? h(Nothing, { first: list.first || list.loading, bad: list.problem !== null, narrowed })
      : h(Rows<RejectionView>, {
          label: 'Rejected requests',
          kind: 'rejected',
          items: list.items,
          columns,
          keyOf: ({ id }) => id,
          hrefOf: ({ id }) => hrefOf(`/rejected/${id}`),
          cells: Cells,
          onEnd: list.more,
        }),
    h(ListEnd, { list, things: 'rejected requests', lastAt: list.items.at(-1)?.receivedAt, path: '/rejected', query }),
  )
}

function Cells({ cause, detail, source, url, bodySize, receivedAt }: RejectionView) {
  const why = detail ?? url
  return [
    h('span', { key: 'cause', class: 'cause' }, h('span', { class: 'badge bad' }, cause)),
    h('span', { key: 'why', class: 'why' }, h('span', { class: 'clip', title: why }, why)),
    h('span', { key: 'source', class: 'source' }, h('span', { class: 'clip' }, source ?? '–')),
    h('span', { key: 'size', class: 'size' }, bytes(bodySize)),
    h('span', { key: 'when', class: 'when' }, h(Time, { at: receivedAt })),
  ]
}

function useFields(items: readonly RejectionView[]): readonly Field[] {
  const sources = useSourceNames()
  const seen = useRef(new Set<string>())
  for (const { cause } of items) seen.current.add(cause)
  return [
    { kind: 'select', name: 'source', title: 'Source', any: 'Any source', options: sources },
    {
      kind: 'select',
      name: 'cause',
      title: 'Cause',
      any: 'Any cause',
      options: [...seen.current].sort().map((cause) => ({ value: cause, title: cause })),
    },
    sinceField,
  ]
}

function Nothing({
  first,
  bad,
  narrowed,
}: {
  readonly first: boolean
  readonly bad: boolean
  readonly narrowed: boolean
}) {
  if (bad) return null
  if (first) return h(Skeleton, { lines: 8 })
  if (narrowed)
    return h(
      Empty,
      { title: 'No rejected request matches' },
      h('p', null, 'Choose other filters, or ', h('a', { href: hrefOf('/rejected') }, 'clear them'), '.'),
    )
  return h(
    Empty,
    { title: 'Nothing was rejected' },
    h(
      'p',
      null,
      'A request whose signature, time or form is wrong is kept here with its cause: a secret that does not fit, a clock that is off, a proxy that changes bodies.',
    ),
  )
}
