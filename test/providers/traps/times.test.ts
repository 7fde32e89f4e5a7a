import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import type { Provider, SignatureScheme, SignedTime } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { readVectors, requestOf, type Vector } from '../../unit/verification/requests.ts'

/** What the senders' own pages and libraries say. */
const units: Readonly<Record<Exclude<SignedTime['unit'], 's'>, string>> = {
  ms: 'contentful courier front hubspot linear recurly sanity workos',
  iso8601: 'box sinch-voice twitch zendesk',
  's-or-ms': 'mercadopago',
}

const timed = [...providers.values()].flatMap((provider) =>
  provider.schemes.flatMap((scheme) =>
    scheme.kind !== 'token' && scheme.kind !== 'jwt' && scheme.timestamp !== undefined
      ? [{ provider, scheme, timestamp: scheme.timestamp }]
      : [],
  ),
)

function outcome(provider: Provider, { secret, headers, body, url, nowSeconds, publicUrl }: Vector): string {
  const options = { toleranceSeconds: null, publicUrl: publicUrl ?? null }
  const verify = compileVerifier(provider, { current: secret, previous: null }, options)
  const verdict = verify(requestOf(headers, body, url), nowSeconds * 1000)
  return verdict.ok ? 'ok' : verdict.cause
}

describe('signed times', () => {
  it('are in milliseconds, or dates, for those who say so', () => {
    for (const [unit, names] of Object.entries(units)) {
      for (const name of names.split(' ')) {
        const own = timed.filter(({ provider }) => provider.name === name)
        assert.ok(own.length > 0 && own.every(({ timestamp }) => timestamp.unit === unit), `${name}: ${unit}`)
      }
    }
  })

  for (const { provider, scheme, timestamp } of timed) {
    const { unit } = timestamp
    if (unit !== 's' && unit !== 'ms') continue
    const other = unit === 's' ? 'ms' : 's'
    const vector = readVectors(provider.name).find((one) => one.scheme === scheme.name)
    if (vector === undefined) continue
    it(`of ${provider.title} (${scheme.name}) are ${unit}, and as ${other} would be refused`, () => {
      const row = (changed: SignatureScheme) => ({ ...provider, schemes: [changed] })
      assert.equal(outcome(row(scheme), vector), 'ok')
      assert.equal(outcome(row({ ...scheme, timestamp: { ...timestamp, unit: other } }), vector), 'expired')
    })
  }
})
