import { h } from 'preact'
import { useReadOnly } from '../state/session.ts'
import type { ProviderDetail, ProviderList, SendRequest, SourceList } from '../state/types.ts'
import { indentJson } from '../text/json.ts'
import { CheckField, SelectField, TextArea, TextField } from './fields.ts'

type Fault = NonNullable<SendRequest['fault']>

/** What was chosen and typed; empty: nothing. */
export interface Draft {
  /** Name of a source, or `elsewhere`. */
  readonly target: string
  /** Where it goes to elsewhere, and as whose event. */
  readonly url: string
  readonly provider: string
  readonly secret: string
  readonly event: string
  readonly scheme: string
  readonly fault: Fault | ''
  readonly unsigned: boolean
  /** Null: the sample's. */
  readonly body: string | null
}

export interface SendFormProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  readonly sources: SourceList['sources']
  readonly providers: ProviderList['providers']
  /** Of the sender that was chosen; undefined: it is being fetched. */
  readonly detail: ProviderDetail | undefined
  readonly busy: boolean
  readonly send: () => void
}

/** No source can be called so. */
export const elsewhere = ':url'

const faults: Readonly<Record<Fault, string>> = {
  stale: 'Signed too long ago',
  future: 'Signed in the future',
  'wrong-secret': 'Signed with a wrong secret',
  'mutated-body': 'Changed after it was signed',
  'no-signature': 'Without its signature',
  duplicate: 'Sent twice, one after the other',
  'concurrent-duplicates': 'Sent several times at once',
  slow: 'Slowly, piece by piece',
  chunked: 'In chunks, without a length',
}

const faultChoices = [
  { value: '', title: 'Nothing' },
  ...Object.entries(faults).map(([value, title]) => ({ value, title: `${title} (${value})` })),
]

/** What is sent, to whom, and what is wrong with it. */
export function SendForm(props: SendFormProps) {
  const { draft, change, detail, busy, send } = props
  const { event, fault, unsigned, body } = draft
  const readOnly = useReadOnly()
  const sample = sampleOf(detail)
  const text = body ?? sample
  return h(
    'form',
    {
      class: 'card',
      onSubmit: (submitted: Event) => {
        submitted.preventDefault()
        send()
      },
    },
    h(Target, props),
    h(
      'div',
      { class: 'field-row' },
      h(TextField, {
        title: 'Type of event',
        value: event,
        onChange: (value) => change({ event: value }),
        hint: 'as in the sample',
      }),
      h(SelectField, {
        title: 'Wrong on purpose',
        value: fault,
        onChange: (value) => change({ fault: isFault(value) ? value : '' }),
        options: faultChoices,
      }),
    ),
    h(Proof, props),
    h(CheckField, { title: 'Do not sign it', checked: unsigned, onChange: (on) => change({ unsigned: on }) }),
    text === null
      ? h(
          'p',
          { class: 'hint' },
          detail === undefined ? 'The sample is being fetched…' : 'The sample is not text; it is sent as it is.',
        )
      : h(TextArea, { title: 'Body', value: text, onChange: (value) => change({ body: value }) }),
    detail === undefined || detail.known === null ? null : h('p', { class: 'hint' }, detail.known),
    h(
      'div',
      { class: 'dialog-actions' },
      h(IndentButton, { text, onIndent: (value) => change({ body: value }) }),
      body === null || body === sample
        ? null
        : h('button', { type: 'button', onClick: () => change({ body: null }) }, 'Back to the sample'),
      h(
        'button',
        { type: 'submit', class: 'primary', disabled: busy || readOnly !== null, title: readOnly ?? 'Send it now' },
        busy ? 'Sending…' : 'Send',
      ),
    ),
  )
}

/** The body of a sender's typical event; null: it is no text, or not here yet. */
export function sampleOf(detail: ProviderDetail | undefined): string | null {
  return detail?.sample.body.encoding === 'utf8' ? detail.sample.body.text : null
}

function Target({ draft, change, sources, providers }: SendFormProps) {
  const { target, url, provider } = draft
  return [
    h(SelectField, {
      key: 'to',
      title: 'To',
      value: target,
      // A secret that was typed belongs to who was to be sent to.
      onChange: (value) => change({ target: value, secret: '' }),
      options: [
        ...sources.map(({ name, title }) => ({
          value: name,
          title: `this gateway: ${name}${title.toLowerCase() === name ? '' : ` (${title})`}`,
        })),
        { value: elsewhere, title: 'any other URL' },
      ],
    }),
    target === elsewhere
      ? [
          h(TextField, {
            key: 'url',
            title: 'URL',
            type: 'url',
            value: url,
            onChange: (value) => change({ url: value }),
            hint: 'https://staging.example.com/webhooks',
            required: true,
          }),
          h(SelectField, {
            key: 'provider',
            title: 'As this sender',
            value: provider,
            onChange: (value) => change({ provider: value }),
            options: providers.filter(({ sendable }) => sendable).map(({ name, title }) => ({ value: name, title })),
          }),
        ]
      : null,
  ]
}

/** By what it is signed. */
function Proof({ draft, change, sources, detail }: SendFormProps) {
  const { target, secret, scheme, unsigned } = draft
  const source = sources.find(({ name }) => name === target)
  const schemes = detail?.schemes ?? []
  const configured = source?.verified === true ? 'The configured one' : 'None is configured'
  return h(
    'div',
    { class: 'field-row' },
    h(TextField, {
      title: 'Secret',
      type: 'password',
      value: secret,
      onChange: (value) => change({ secret: value }),
      hint: source === undefined ? 'The receiver’s secret' : configured,
      disabled: unsigned,
    }),
    schemes.length > 1
      ? h(SelectField, {
          title: 'Signed by',
          value: scheme,
          onChange: (value) => change({ scheme: value }),
          options: [{ value: '', title: 'As usual' }, ...schemes.map(({ name }) => ({ value: name, title: name }))],
        })
      : null,
  )
}

/** JSON is easier to edit in lines; what is sent then has them too. */
function IndentButton({ text, onIndent }: { readonly text: string | null; readonly onIndent: (text: string) => void }) {
  const tokens = text === null ? null : indentJson(text)
  const indented = tokens?.map((token) => token.text).join('')
  if (indented === undefined || indented === text) return null
  return h('button', { type: 'button', onClick: () => onIndent(indented) }, 'Indent')
}

const isFault = (name: string): name is Fault => name in faults
