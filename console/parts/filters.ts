import { type ComponentChildren, h } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useKeys } from '../state/keys.ts'
import { go, hrefOf, usePlace } from '../state/router.ts'

export interface Choice {
  readonly value: string
  readonly title: string
}

export type Field =
  | {
      readonly kind: 'search' | 'text'
      readonly name: string
      readonly title: string
      readonly hint: string
      readonly options?: readonly string[]
    }
  | {
      readonly kind: 'select'
      readonly name: string
      readonly title: string
      readonly any: string
      readonly options: readonly Choice[]
    }

export interface FiltersProps {
  readonly path: string
  readonly fields: readonly Field[]
  readonly children?: ComponentChildren
}

/** Times that lists can be narrowed to, in minutes. */
export const sinceChoices: readonly Choice[] = [
  { value: '15', title: 'Last 15 minutes' },
  { value: '60', title: 'Last hour' },
  { value: '1440', title: 'Last day' },
  { value: '10080', title: 'Last week' },
]

export const sinceField: Field = {
  kind: 'select',
  name: 'since',
  title: 'Time',
  any: 'Any time',
  options: sinceChoices,
}

const typingMs = 350

/** Filters are in the address: a filtered list can be bookmarked, sent to a colleague and gone back to. */
export function Filters({ path, fields, children }: FiltersProps) {
  const { query } = usePlace()
  const form = useRef<HTMLFormElement>(null)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  useKeys({ '/': () => form.current?.querySelector<HTMLInputElement>('input')?.focus() })

  function apply(): void {
    clearTimeout(timer.current)
    if (form.current === null) return
    const kept = Object.fromEntries([...query].filter(([name]) => name === 'from' || name === 'to'))
    const given: Record<string, string> = {}
    for (const [name, value] of new FormData(form.current)) if (typeof value === 'string') given[name] = value.trim()
    go(hrefOf(path, { ...kept, ...given }), { replace: true })
  }

  const from = query.get('from')
  const to = query.get('to')
  const narrowed = [...query.keys()].length > 0
  return h(
    'form',
    {
      class: 'filters',
      role: 'search',
      ref: form,
      onSubmit: (event: Event) => {
        event.preventDefault()
        apply()
      },
    },
    fields.map((field) =>
      h(
        'label',
        { key: field.name, class: field.kind },
        h('span', null, field.title),
        field.kind === 'select'
          ? h(
              'select',
              { name: field.name, value: query.get(field.name) ?? '', onChange: apply },
              h('option', { value: '' }, field.any),
              optionsOf(field.options, query.get(field.name)),
            )
          : h(Draft, {
              field,
              value: query.get(field.name) ?? '',
              onTyped: () => {
                clearTimeout(timer.current)
                timer.current = setTimeout(apply, typingMs)
              },
            }),
        field.kind !== 'select' && field.options !== undefined
          ? h(
              'datalist',
              { id: `${field.name}-known` },
              field.options.map((value) => h('option', { key: value, value })),
            )
          : null,
      ),
    ),
    h(
      'div',
      { class: 'filters-end' },
      from === null && to === null
        ? null
        : h('span', { class: 'chip', title: `${from ?? '…'} to ${to ?? '…'}` }, `${short(from)} – ${short(to)}`),
      narrowed ? h('a', { class: 'button small', href: hrefOf(path) }, 'Clear') : null,
      children,
    ),
  )
}

/** What is being typed stays as it is while the page is drawn again, until the address says something else. */
function Draft({
  field,
  value,
  onTyped,
}: {
  readonly field: Field
  readonly value: string
  readonly onTyped: () => void
}) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current !== null && input.current.value.trim() !== value) input.current.value = value
  }, [value])
  return h('input', {
    ref: input,
    name: field.name,
    type: field.kind,
    defaultValue: value,
    maxLength: 200,
    autoComplete: 'off',
    spellcheck: false,
    ...(field.kind === 'select' ? {} : { placeholder: field.hint }),
    ...(field.kind === 'select' || field.options === undefined ? {} : { list: `${field.name}-known` }),
    onInput: onTyped,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur()
    },
  })
}

/** What the address asks for is offered too, whatever it is. */
function optionsOf(options: readonly Choice[], chosen: string | null) {
  const all =
    chosen === null || chosen === '' || options.some(({ value }) => value === chosen)
      ? options
      : [...options, { value: chosen, title: chosen }]
  return all.map(({ value, title }) => h('option', { key: value, value }, title))
}

function short(time: string | null): string {
  if (time === null) return '…'
  const at = new Date(time)
  return Number.isNaN(at.getTime()) ? time : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
}

/**
 * The beginning of the time that the address asks for, ISO 8601; undefined: any. Of a time that moves along with the clock it
 * is that of the moment in which it was chosen, so that the list stays the same list.
 */
export function useFrom(query: URLSearchParams): string | undefined {
  const [since, from] = [query.get('since'), query.get('from')]
  return useMemo(() => fromOf(Number(since), from, Date.now()), [since, from])
}

function fromOf(since: number, from: string | null, now: number): string | undefined {
  if (Number.isFinite(since) && since > 0) return new Date(now - since * 60_000).toISOString()
  return from ?? undefined
}
