import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { secretWarning, validateSecret } from '../../../src/verification/secrets.ts'
import { providerNamed } from './requests.ts'

const publicKey = 'whpk_7K6+J+GN4mNzjobL0XXVf8bsD1Ct1oKwOJUROekQO5Q='
const shared = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('validateSecret', () => {
  const refused: readonly (readonly [provider: string, secret: string, sentence: RegExp])[] = [
    ['github', '', /empty/],
    ['github', ' \t\n', /white space only/],
    ['generic', 'whsk_7K6+J+GN4mNzjobL0XXVf8bsD1Ct1oKwOJUROekQO5Q=', /private signing key.*whpk_/],
    ['standard-webhooks', ' whsk_x', /private signing key/],
    ['stripe', publicKey, /Stripe signs with a shared secret/],
    ['github', `"${publicKey}"`, /GitHub signs with a shared secret/],
    ['github', '-----BEGIN PUBLIC KEY-----\nMCow', /GitHub signs with a shared secret/],
    ['generic', `"${publicKey}"`, /white space or quotes/],
    ['generic', 'whpk_AAAA', /not an Ed25519 public key/],
    ['standard-webhooks', publicKey.slice(0, -1), /not an Ed25519 public key/],
    ['standard-webhooks', `${shared}\n`, /white space or quotes/],
    ['standard-webhooks', `'${shared}'`, /white space or quotes/],
    ['standard-webhooks', 'whsec_', /not base64/],
    ['standard-webhooks', 'whsec_not base64', /not base64/],
    ['standard-webhooks', 'whsec_AAA', /not base64/],
    ['standard-webhooks', 'whsec_AA-_', /not base64/],
    ['standard-webhooks', 'AAB=', /not base64/],
  ]
  for (const [provider, secret, sentence] of refused) {
    it(`refuses for ${provider}: ${JSON.stringify(secret)}`, () => {
      const problem = validateSecret(providerNamed(provider), secret)
      assert.match(problem ?? '', sentence)
      assert.ok(secret.trim().length < 8 || !problem?.includes(secret.trim()))
    })
  }

  it('allows what the provider uses, however short, and takes text exactly', () => {
    for (const [provider, secret] of [
      ['github', 'x'],
      ['github', '  spaces and all  '],
      ['stripe', 'whsec_test_5f0a1b2c'],
      ['generic', 'whsec_not base64'],
      ['generic', shared],
      ['generic', publicKey],
      ['standard-webhooks', shared],
      ['standard-webhooks', shared.slice('whsec_'.length)],
      ['standard-webhooks', publicKey],
    ] as const) {
      assert.equal(validateSecret(providerNamed(provider), secret), null, `${provider} ${secret}`)
    }
  })
})

describe('secretWarning', () => {
  const warned: readonly (readonly [provider: string, secret: string, sentence: RegExp])[] = [
    ['github', 'short', /only 5 bytes/],
    ['generic', 'fifteen bytes..', /only 15 bytes/],
    ['generic', 'whsec_c2hvcnQgb25l', /only 9 bytes/],
    ['standard-webhooks', 'whsec_c2hvcnQgb25l', /only 9 bytes/],
    ['github', ' a long enough secret', /white space or quotes/],
    ['github', 'a long enough secret\n', /white space or quotes/],
    ['github', "'a long enough secret'", /white space or quotes/],
  ]
  for (const [provider, secret, sentence] of warned) {
    it(`warns for ${provider}: ${JSON.stringify(secret)}`, () => {
      const warning = secretWarning(providerNamed(provider), secret)
      assert.match(warning ?? '', sentence)
      assert.ok(!warning?.includes(secret.trim()))
    })
  }

  it('has nothing to say about good ones', () => {
    for (const [provider, secret] of [
      ['github', 'sixteen bytes ok'],
      ['generic', 'c2l4dGVlbiBieXRl'],
      ['generic', publicKey],
      ['standard-webhooks', shared],
      ['stripe', 'whsec_test_5f0a1b2c'],
    ] as const) {
      assert.equal(secretWarning(providerNamed(provider), secret), null, `${provider} ${secret}`)
    }
  })
})
