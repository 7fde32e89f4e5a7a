import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import type { HmacScheme, Provider, Scheme } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { validateSecret } from '../../../src/verification/secrets.ts'
import { isSignable, signRequest } from '../../../src/verification/sign.ts'
import { readVectors, requestOf, type Vector } from '../../unit/verification/requests.ts'

/** Whether the provider accepts the vector when this is configured as its secret. */
function accepts(provider: Provider, { headers, body, url, nowSeconds, publicUrl }: Vector, secret: string): boolean {
  if (validateSecret(provider, secret) !== null) return false
  const options = { toleranceSeconds: null, publicUrl: publicUrl ?? null }
  const verify = compileVerifier(provider, { current: secret, previous: null }, options)
  return verify(requestOf(headers, body, url), nowSeconds * 1000).ok
}

const isHmac = (scheme: Scheme): scheme is HmacScheme => scheme.kind === 'hmac'
const usesText = (scheme: Scheme) => isHmac(scheme) && scheme.key.form === 'utf8'
const decodes = (scheme: Scheme) => isHmac(scheme) && (scheme.key.form === 'base64' || scheme.key.form === 'hex')

/** Their documentation or their own code says so; several of these secrets look like base64 or hex. */
const asText =
  'ably bigcommerce calendly checkout-com docusign elevenlabs github line meta outpost pagerduty paddle paystack persona polar pusher shopify slack square stripe tally twilio typeform twitch vercel workos xero zendesk zoom'
const decoded =
  'adyen airtable brex clerk daily gitlab render replicate resend sinch-voice standard-webhooks stytch supabase-auth-hook svix'

describe('secrets that look encoded', () => {
  it('are text for those who say so, and decoded for the others', () => {
    for (const name of asText.split(' ')) {
      const schemes = providers.get(name)?.schemes.filter(isHmac) ?? []
      assert.ok(schemes.length > 0 && schemes.every(usesText), name)
    }
    for (const name of decoded.split(' ')) {
      const schemes = providers.get(name)?.schemes.filter(isHmac) ?? []
      assert.ok(schemes.length > 0 && schemes.every(decodes), name)
    }
  })

  for (const provider of providers.values()) {
    if (provider.schemes.some((scheme) => !usesText(scheme))) continue
    it(`are not decoded for ${provider.title}`, () => {
      for (const vector of readVectors(provider.name)) {
        assert.ok(accepts(provider, vector, vector.secret))
        const bytes = Buffer.from(vector.secret)
        // Whoever decodes these has the right key in hand.
        for (const encoded of [bytes.toString('base64'), `whsec_${bytes.toString('base64')}`, bytes.toString('hex')]) {
          assert.ok(!accepts(provider, vector, encoded), `${vector.label}: ${encoded}`)
        }
      }
    })
  }

  for (const provider of providers.values()) {
    const schemes = provider.schemes.filter(isHmac).filter(decodes).filter(isSignable)
    const [scheme] = schemes
    if (scheme === undefined) continue
    it(`are not used as text for ${provider.title}`, () => {
      const vector = readVectors(provider.name).find((one) => schemes.some(({ name }) => name === one.scheme))
      assert.ok(vector)
      const { secret, body, nowSeconds } = vector
      const asTheyAre: HmacScheme = { ...scheme, key: { form: 'utf8' } }
      const message = { body: Buffer.from(body), id: 'msg_1', nowSeconds }
      const headers = signRequest({ ...provider, schemes: [asTheyAre] }, undefined, secret, message)
      const right = signRequest({ ...provider, schemes: [scheme] }, undefined, secret, message)
      assert.ok(accepts(provider, { ...vector, headers: right }, secret))
      assert.ok(!accepts(provider, { ...vector, headers }, secret))
    })
  }

  it('are taken either way by the default source, Hook Mesh and OpenAI, and by nobody else', () => {
    const either = [...providers.values()].filter(({ schemes }) =>
      schemes.some(({ key }) => key.form === 'utf8-or-base64'),
    )
    assert.deepEqual(either.map(({ name }) => name).sort(), ['generic', 'hookmesh', 'openai'])
  })
})
