import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { PageHead, Problem, Skeleton } from '../parts/basics.ts'
import { CheckField, SelectField, TextArea, TextField } from '../parts/fields.ts'
import { Result } from '../parts/send-result.ts'
import { ask, describe } from '../state/api.ts'
import { useResource } from '../state/resource.ts'
import { usePlace } from '../state/router.ts'
import { useReadOnly } from '../state/session.ts'
import type { ProviderDetail, ProviderList, SendRequest, SendResult, SourceList } from '../state/types.ts'
import { indentJson } from '../text/json.ts'

/** Sends what a sender would send, signed, or wrong on purpose; to this gateway or anywhere else. */
export function Send() {
  const { query } = usePlace()
  const sources = useResource<SourceList>('/api/sources')
  const providers = useResource<ProviderList>('/api/providers')
  const problem = sources.problem ?? providers.problem
  const retry = () => {
    sources.reload()
    providers.reload()
  }
  const known = sources.data !== undefined && providers.data !== undefined
  return h(
    'div',
    null,
    h(PageHead, {
      title: 'Send',
      lead: 'A test event as its sender would send it: signed, or wrong on purpose to see that it is rejected.',
    }),
    problem === null ? null : h(Problem, { text: problem, retry }),
    !known && problem === null ? h(Skeleton, { lines: 8 }) : null,
    sources.data === undefined || providers.data === undefined
      ? null
      : h(Lab, { sources: sources.data, providers: providers.data, first: query.get('source') ?? '' }),
  )
}

const faults: readonly (readonly [NonNullable<SendRequest['fault']>, string])[] = [
  ['stale', 'Signed too long ago'],
  ['future', 'Signed in the future'],
  ['wrong-secret', 'Signed with a wrong secret'],
  ['mutated-body', 'Changed after it was signed'],
  ['no-signature', 'Without its signature'],
  ['duplicate', 'Sent twice, one after the other'],
  ['concurrent-duplicates', 'Sent several times at once'],
  ['slow', 'Slowly, piece by piece'],
  ['chunked', 'In chunks, without a length'],
]

interface LabProps {
  readonly sources: SourceList
  readonly providers: ProviderList
  readonly first: string
}

const elsewhere = ':url'

function Lab({ sources, providers, first }: LabProps) {
  const own = sources.sources.find(({ name }) => name === first) ?? sources.sources[0]
  const [target, setTarget] = useState(own?.name ?? elsewhere)
  const [chosen, setChosen] = useState('standard-webhooks')
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState('')
  const [event, setEvent] = useState('')
  const [scheme, setScheme] = useState('')
  const [fault, setFault] = useState('')
  const [unsigned, setUnsigned] = useState(false)
  const [body, setBody] = useState<string | null>(null)
  const [answer, setAnswer] = useState<SendResult | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const readOnly = useReadOnly()

  const source = sources.sources.find(({ name }) => name === target)
  const provider = source?.provider ?? chosen
  const { data: detail } = useResource<ProviderDetail>(`/api/providers/${encodeURIComponent(provider)}`)
  useEffect(() => {
    setBody(null)
    setScheme('')
  }, [provider])
  const sample = detail?.name === provider ? detail.sample.body : undefined
  const text = sample?.encoding === 'utf8' ? sample.text : null

  const request: SendRequest = {
    ...(source === undefined ? { url, provider } : { source: source.name }),
    ...(secret === '' ? {} : { secret }),
    ...(event === '' ? {} : { event }),
    ...(scheme === '' ? {} : { scheme }),
    ...(body === null || body === text ? {} : { body }),
    ...faultOf(fault),
    unsigned,
    encoding: 'utf8',
    headers: [],
    timeoutSeconds: 15,
  }

  async function send(): Promise<void> {
    setBusy(true)
    setProblem(null)
    try {
      setAnswer(await ask<SendResult>('POST', '/api/send', { body: request }))
    } catch (error) {
      setAnswer(null)
      setProblem(describe(error))
    }
    setBusy(false)
  }

  return h(
    'div',
    { class: 'columns send' },
    h(
      'form',
      {
        class: 'card',
        onSubmit: (submitted: Event) => {
          submitted.preventDefault()
          void send()
        },
      },
      h(SelectField, {
        title: 'To',
        value: target,
        onChange: setTarget,
        options: [
          ...sources.sources.map(({ name, title }) => ({
            value: name,
            title: `this gateway: ${name}${title.toLowerCase() === name ? '' : ` (${title})`}`,
          })),
          { value: elsewhere, title: 'any other URL' },
        ],
      }),
      source === undefined
        ? [
            h(TextField, {
              key: 'url',
              title: 'URL',
              type: 'url',
              value: url,
              onChange: setUrl,
              hint: 'https://staging.example.com/webhooks',
              required: true,
            }),
            h(SelectField, {
              key: 'provider',
              title: 'As this sender',
              value: chosen,
              onChange: setChosen,
              options: providers.providers
                .filter(({ sendable }) => sendable)
                .map(({ name, title }) => ({ value: name, title })),
            }),
          ]
        : null,
      h(
        'div',
        { class: 'field-row' },
        h(TextField, { title: 'Type of event', value: event, onChange: setEvent, hint: 'as in the sample' }),
        h(SelectField, {
          title: 'Wrong on purpose',
          value: fault,
          onChange: setFault,
          options: [{ value: '', title: 'Nothing' }, ...faults.map(([value, title]) => ({ value, title }))],
        }),
      ),
      h(
        'div',
        { class: 'field-row' },
        h(TextField, {
          title: 'Secret',
          type: 'password',
          value: secret,
          onChange: setSecret,
          hint:
            source === undefined
              ? 'The receiver’s secret'
              : source.verified
                ? 'The configured one'
                : 'None is configured',
          disabled: unsigned,
        }),
        (detail?.schemes.length ?? 0) > 1
          ? h(SelectField, {
              title: 'Signed by',
              value: scheme,
              onChange: setScheme,
              options: [
                { value: '', title: 'As usual' },
                ...(detail?.schemes ?? []).map(({ name }) => ({ value: name, title: name })),
              ],
            })
          : null,
      ),
      h(CheckField, { title: 'Do not sign it', checked: unsigned, onChange: setUnsigned }),
      text === null && body === null
        ? h(
            'p',
            { class: 'hint' },
            sample === undefined ? 'The sample is being fetched…' : 'The sample is not text; it is sent as it is.',
          )
        : h(TextArea, { title: 'Body', value: body ?? text ?? '', onChange: setBody }),
      detail?.known === null || detail?.known === undefined ? null : h('p', { class: 'hint' }, detail.known),
      h(
        'div',
        { class: 'dialog-actions' },
        h(IndentButton, { text: body ?? text, onIndent: setBody }),
        body === null || body === text
          ? null
          : h('button', { type: 'button', onClick: () => setBody(null) }, 'Back to the sample'),
        h(
          'button',
          { type: 'submit', class: 'primary', disabled: busy || readOnly !== null, title: readOnly ?? 'Send it now' },
          busy ? 'Sending…' : 'Send',
        ),
      ),
    ),
    h(
      'div',
      { 'aria-live': 'polite' },
      problem === null ? null : h(Problem, { text: problem }),
      answer === null
        ? problem === null
          ? h(
              'section',
              { class: 'quiet-hint' },
              h('h2', null, 'The answer appears here'),
              h('p', { class: 'hint' }, 'With the request as it was sent, and as a curl command.'),
            )
          : null
        : h(Result, { result: answer }),
    ),
  )
}

/** JSON is easier to edit in lines; what is sent then has them too. */
function IndentButton({ text, onIndent }: { readonly text: string | null; readonly onIndent: (text: string) => void }) {
  const tokens = text === null ? null : indentJson(text)
  const indented = tokens?.map((token) => token.text).join('')
  if (indented === undefined || indented === text) return null
  return h('button', { type: 'button', onClick: () => onIndent(indented) }, 'Indent')
}

function faultOf(name: string): Pick<SendRequest, 'fault'> {
  const found = faults.find(([fault]) => fault === name)
  return found === undefined ? {} : { fault: found[0] }
}
