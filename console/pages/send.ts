import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { PageHead, Problem } from '../parts/basics.ts'
import { Loading } from '../parts/loading.ts'
import { type Draft, elsewhere, SendForm, sampleOf } from '../parts/send-form.ts'
import { Result } from '../parts/send-result.ts'
import { ask, describe } from '../state/api.ts'
import { useResource } from '../state/resource.ts'
import { usePlace } from '../state/router.ts'
import type { ProviderDetail, ProviderList, SendRequest, SendResult, SourceList } from '../state/types.ts'

/** Sends what a sender would send, signed, or wrong on purpose; to this gateway or anywhere else. */
export function Send() {
  const { query } = usePlace()
  const sources = useResource<SourceList>('/api/sources')
  const providers = useResource<ProviderList>('/api/providers')
  const waited = sources.data === undefined || sources.problem !== null ? sources : providers
  return h(
    'div',
    null,
    h(PageHead, {
      title: 'Send',
      lead: 'A test event as its sender would send it: signed, or wrong on purpose to see that it is rejected.',
    }),
    h(Loading, { of: waited, lines: 8 }),
    sources.data === undefined || providers.data === undefined
      ? null
      : h(Lab, {
          sources: sources.data.sources,
          providers: providers.data.providers,
          first: query.get('source') ?? '',
        }),
  )
}

interface LabProps {
  readonly sources: SourceList['sources']
  readonly providers: ProviderList['providers']
  /** The source that was asked for. */
  readonly first: string
}

function Lab({ sources, providers, first }: LabProps) {
  const [draft, setDraft] = useState<Draft>(() => {
    const own = sources.find(({ name }) => name === first) ?? sources[0]
    const typed = { url: '', secret: '', event: '', scheme: '', fault: '', unsigned: false, body: null } as const
    return { target: own?.name ?? elsewhere, provider: 'standard-webhooks', ...typed }
  })
  const [answer, setAnswer] = useState<SendResult | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const change = (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part }))

  const provider = sources.find(({ name }) => name === draft.target)?.provider ?? draft.provider
  const { data } = useResource<ProviderDetail>(`/api/providers/${encodeURIComponent(provider)}`)
  const detail = data?.name === provider ? data : undefined
  useEffect(() => change({ body: null, scheme: '' }), [provider])

  async function send(): Promise<void> {
    setBusy(true)
    setProblem(null)
    try {
      setAnswer(await ask<SendResult>('POST', '/api/send', { body: requestOf(draft, sampleOf(detail)) }))
    } catch (error) {
      setAnswer(null)
      setProblem(describe(error))
    }
    setBusy(false)
  }

  return h(
    'div',
    { class: 'columns send' },
    h(SendForm, { draft, change, sources, providers, detail, busy, send: () => void send() }),
    h(
      'div',
      { 'aria-live': 'polite' },
      problem === null ? null : h(Problem, { text: problem }),
      answer === null ? null : h(Result, { result: answer }),
      answer === null && problem === null
        ? h(
            'section',
            null,
            h('h2', null, 'The answer appears here'),
            h('p', { class: 'hint' }, 'With the request as it was sent, and as a curl command.'),
          )
        : null,
    ),
  )
}

function requestOf({ target, url, provider, ...draft }: Draft, sample: string | null): SendRequest {
  const { secret, event, scheme, fault, unsigned, body } = draft
  return {
    ...(target === elsewhere ? { url, provider } : { source: target }),
    ...(secret === '' || unsigned ? {} : { secret }),
    ...(event === '' ? {} : { event }),
    ...(scheme === '' ? {} : { scheme }),
    ...(body === null || body === sample ? {} : { body }),
    ...(fault === '' ? {} : { fault }),
    unsigned,
    encoding: 'utf8',
    headers: [],
    timeoutSeconds: 15,
  }
}
