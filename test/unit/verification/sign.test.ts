import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { createStandardWebhooksSigner, signRequest } from '../../../src/verification/sign.ts'
import { providerNamed, readVectors, requestOf } from './requests.ts'

const message = { body: Buffer.from('{}'), id: 'msg_1', nowSeconds: 1_750_000_000 }

describe('signRequest', () => {
  for (const name of ['generic', 'github', 'hookmesh', 'shopify', 'slack', 'stripe']) {
    it(`writes the headers of the ${name} vectors`, () => {
      for (const vector of readVectors(name)) {
        const { scheme, secret, headers, nowSeconds } = vector
        const signed = signRequest(providerNamed(name), scheme, secret, {
          body: Buffer.from(vector.body),
          id: headers['webhook-id'] ?? 'x',
          nowSeconds,
        })
        for (const [header, value] of Object.entries(signed)) assert.equal(value, headers[header], header)
      }
    })
  }

  it('signs with an Ed25519 private key, alone or with its public half', () => {
    const pair = generateKeyPairSync('ed25519')
    const { d = '', x = '' } = pair.privateKey.export({ format: 'jwk' })
    const seed = Buffer.from(d, 'base64url')
    const point = Buffer.from(x, 'base64url')
    for (const bytes of [seed, Buffer.concat([seed, point])]) {
      for (const name of ['standard-webhooks', 'generic']) {
        const provider = providerNamed(name)
        const headers = signRequest(provider, 'standard-webhooks-v1a', `whsk_${bytes.toString('base64')}`, message)
        const secrets = { current: `whpk_${point.toString('base64')}`, previous: null }
        const verdict = compileVerifier(provider, secrets, { toleranceSeconds: null })(
          requestOf(headers, message.body),
          message.nowSeconds * 1000,
        )
        assert.ok(verdict.ok)
        assert.equal(verdict.scheme, 'standard-webhooks-v1a')
      }
    }
  })

  it('says what it cannot do, without the secret', () => {
    assert.throws(() => signRequest(providerNamed('github'), 'sha1', 'hush-hush', message), /no scheme named "sha1"/)
    const run = () => signRequest(providerNamed('standard-webhooks'), undefined, 'hush-hush', message)
    assert.throws(run, (error: Error) => /cannot sign/.test(error.message) && !error.message.includes('hush-hush'))
    assert.throws(
      () => signRequest(providerNamed('standard-webhooks'), undefined, 'AAAA', { ...message, id: '' }),
      /webhook-id/,
    )
  })
})

describe('createStandardWebhooksSigner', () => {
  it('writes the official vector', () => {
    const [vector] = readVectors('standard-webhooks')
    assert.ok(vector)
    const { 'content-type': _type, ...expected } = vector.headers
    const id = expected['webhook-id'] ?? ''
    const { nowSeconds: timestampSeconds, secret } = vector
    assert.deepEqual(createStandardWebhooksSigner(secret)(id, timestampSeconds, Buffer.from(vector.body)), expected)
  })

  it('refuses a secret that is not base64, without repeating it', () => {
    const run = () => createStandardWebhooksSigner('hush!')
    assert.throws(run, (error: Error) => /whsec_/.test(error.message) && !error.message.includes('hush!'))
  })
})
