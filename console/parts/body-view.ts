import { h } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { BodyView as Body, HeaderView } from '../../src/operator/schemas.ts'
import { bytesOf, formFields, hexDump } from '../text/body.ts'
import { bytes as sizeOf } from '../text/format.ts'
import { indentJson } from '../text/json.ts'
import { CopyButton } from './copy.ts'
import { Tabs } from './tabs.ts'

const hexStep = 4 * 1024

export interface BodyProps {
  readonly body: Body
  readonly size: number
  readonly contentType?: string
  /** Where the exact bytes are downloaded; left out: they are not. */
  readonly download?: string
}

/** Bytes that somebody else wrote: made readable, as they came, or one by one. Always as text. */
export function BodyView({ body, size, contentType = '', download }: BodyProps) {
  const pretty = useMemo(() => (body.encoding === 'utf8' ? indentJson(body.text) : null), [body])
  const form = useMemo(
    () => (body.encoding === 'utf8' ? formFields(contentType, body.text) : null),
    [body, contentType],
  )
  const views = [
    ...(pretty === null
      ? []
      : [
          {
            name: 'Pretty',
            view: () =>
              h(
                'pre',
                { class: 'code', tabIndex: 0, 'aria-label': 'Body' },
                pretty.map(({ kind, text }, index) =>
                  kind === 'space' || kind === 'mark' ? text : h('span', { key: index, class: `json-${kind}` }, text),
                ),
              ),
          },
        ]),
    ...(form === null ? [] : [{ name: 'Fields', view: () => h(Pairs, { label: 'Fields', pairs: form }) }]),
    ...(body.encoding === 'utf8'
      ? [{ name: 'Raw', view: () => h('pre', { class: 'code', tabIndex: 0, 'aria-label': 'Body' }, body.text) }]
      : []),
    { name: 'Hex', view: () => h(Hex, { body }) },
  ]
  if (size === 0) return h('p', { class: 'hint' }, 'The body is empty.')
  return h(
    'div',
    { class: 'body-view' },
    h(
      Tabs,
      { label: 'Body', views },
      h('span', { class: 'hint' }, `${sizeOf(size)}${contentType === '' ? '' : ` · ${contentType}`}`),
      body.encoding === 'utf8' ? h(CopyButton, { text: body.text, what: 'the body' }) : null,
      download === undefined ? null : h('a', { class: 'button small', href: download, download: '' }, 'Download'),
    ),
    body.truncated
      ? h(
          'p',
          { class: 'hint' },
          `Only the beginning is shown. ${download === undefined ? '' : 'The download has all of it.'}`,
        )
      : null,
  )
}

function Hex({ body }: { readonly body: Body }) {
  const bytes = useMemo(() => bytesOf(body), [body])
  const [shown, setShown] = useState(hexStep)
  return h(
    'div',
    null,
    h('pre', { class: 'code hex', tabIndex: 0, 'aria-label': 'Body, byte by byte' }, hexDump(bytes, 0, shown)),
    shown < bytes.length
      ? h('button', { type: 'button', class: 'small', onClick: () => setShown(shown * 2) }, 'Show more')
      : null,
  )
}

/** Names and values: headers, or fields of a form. */
export function Pairs({
  label,
  pairs,
}: {
  readonly label: string
  readonly pairs: readonly (readonly [string, string])[]
}) {
  if (pairs.length === 0) return h('p', { class: 'hint' }, 'None are kept.')
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': label },
    h(
      'table',
      { class: 'pairs' },
      h('caption', { class: 'off-screen' }, label),
      h(
        'tbody',
        null,
        pairs.map(([name, value], index) =>
          h('tr', { key: index }, h('th', { scope: 'row' }, name), h('td', null, value)),
        ),
      ),
    ),
  )
}

/** The first header of this name; empty: there is none. */
export function headerOf(headers: readonly HeaderView[], wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
}
