import type { Static } from '@sinclair/typebox'
import { documentOf } from '../providers/describe.ts'
import type { Provider } from '../providers/types.ts'
import { fillSample } from '../sending/samples/fill.ts'
import { sampleOf } from '../sending/samples/index.ts'
import type { ProviderDetail, ProviderSummary } from './provider-schema.ts'
import { bodyView } from './views.ts'

/** What a list of senders shows of one. */
export function providerSummary(provider: Provider): Static<typeof ProviderSummary> {
  const { name, title, docs, confidence, setup, setting, path, needsPublicUrl, sendable, ...more } =
    documentOf(provider)
  const schemes = more.schemes.map((scheme) => ({ ...scheme }))
  return { name, title, docs, confidence, setup, setting, path, needsPublicUrl, sendable, schemes, known: more.known }
}

/** One sender, with a typical event of its: new ids, and the time of now. */
export function providerDetail(provider: Provider, nowMs: number): Static<typeof ProviderDetail> {
  const { headers, body, url } = fillSample(sampleOf(provider), nowMs)
  return {
    ...providerSummary(provider),
    deadlineSeconds: provider.deadlineSeconds ?? null,
    retries: provider.retries ?? null,
    sample: {
      query: url,
      headers: Object.entries(headers).map(([name, value]) => [name, value]),
      body: bodyView(body),
    },
  }
}
