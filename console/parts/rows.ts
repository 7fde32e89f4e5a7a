import { type ComponentChildren, h } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from '../state/keys.ts'

export interface RowsProps<T> {
  /** What the list is of, for whoever hears it. */
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** Where a row leads. */
  readonly hrefOf: (item: T) => string
  /** Cells of a row: each a `span` of the class that its column has. */
  readonly cells: (item: T) => ComponentChildren
  /** Names of the columns, by class. */
  readonly columns: readonly (readonly [name: string, title: string])[]
  /** Decides the columns' widths. */
  readonly kind: string
  /** Beside a row, where it leads nowhere by itself: buttons. */
  readonly beside?: (item: T) => ComponentChildren
  /** The end of what is loaded is near. */
  readonly onEnd?: () => void
}

/** Rows above and below what is seen that are there already. */
const overscan = 12
const nearEnd = 30

/** In pixels; the style sheet has the same. */
const narrow = matchMedia('(max-width: 46rem)')
const rowHeight = () => (narrow.matches ? 60 : 38)

/**
 * A list of any length of which only what is seen is in the page. Every row is one link, so that it opens in a new tab, is
 * read aloud as one thing and is reached by Tab; `j` and `k` go from one to the next.
 */
export function Rows<T>({ label, items, keyOf, hrefOf, cells, columns, kind, beside, onEnd }: RowsProps<T>) {
  const list = useRef<HTMLOListElement>(null)
  const [seen, setSeen] = useState({ start: 0, end: 40 })
  const active = useRef<string | null>(null)
  const wanted = useRef<number | null>(null)
  const height = rowHeight()

  useLayoutEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0
      const start = Math.max(0, Math.floor(-top / rowHeight()) - overscan)
      const end = Math.ceil((innerHeight - top) / rowHeight()) + overscan
      setSeen((last) => (last.start === start && last.end === end ? last : { start, end }))
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [items.length === 0])

  useEffect(() => {
    if (seen.end > items.length - nearEnd) onEnd?.()
  })

  useLayoutEffect(() => {
    if (wanted.current === null) return
    const link = list.current?.querySelector<HTMLAnchorElement>(`li[data-at="${wanted.current}"] > a`)
    if (link === null || link === undefined) return
    wanted.current = null
    link.focus({ preventScroll: true })
  })

  function move(step: number): void {
    const at = active.current === null ? -1 : items.findIndex((item) => keyOf(item) === active.current)
    const next = Math.min(items.length - 1, Math.max(0, at === -1 ? 0 : at + step))
    const item = items[next]
    if (item === undefined || list.current === null) return
    active.current = keyOf(item)
    wanted.current = next
    const top = list.current.getBoundingClientRect().top + next * rowHeight()
    const margin = rowHeight() * 2
    if (top < margin + 60) scrollBy({ top: top - margin - 60 })
    else if (top + rowHeight() + margin > innerHeight) scrollBy({ top: top + rowHeight() + margin - innerHeight })
    setSeen((last) => ({ ...last }))
  }
  useKeys({ j: () => move(1), k: () => move(-1) })

  const { start, end } = { start: Math.min(seen.start, items.length), end: Math.min(seen.end, items.length) }
  return h(
    'div',
    { class: `rows ${kind}${beside === undefined ? '' : ' with-buttons'}` },
    h(
      'div',
      { class: 'row-head', 'aria-hidden': 'true' },
      columns.map(([name, title]) => h('span', { key: name, class: name }, title)),
    ),
    h(
      'ol',
      {
        ref: list,
        'aria-label': label,
        style: { paddingTop: `${start * height}px`, paddingBottom: `${(items.length - end) * height}px` },
        onFocusIn: (event: FocusEvent) => {
          const row = event.target instanceof Element ? event.target.closest('li') : null
          const item = items[Number(row?.dataset['at'] ?? -1)]
          if (item !== undefined) active.current = keyOf(item)
        },
      },
      items.slice(start, end).map((item, index) =>
        h(
          'li',
          {
            key: keyOf(item),
            'data-at': start + index,
            'aria-setsize': items.length,
            'aria-posinset': start + index + 1,
          },
          h('a', { class: 'row', href: hrefOf(item) }, cells(item)),
          beside === undefined ? null : h('span', { class: 'beside' }, beside(item)),
        ),
      ),
    ),
  )
}
