import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SourceConfig } from '../../../src/config/types.ts'
import { createCredentialFilter, isCredential, proofHeaders, writtenForms } from '../../../src/events/credentials.ts'
import { providerNamed } from '../verification/requests.ts'

const secret = 's3cret+with/é&more'

const source = (provider: string, secrets: SourceConfig['secrets'] = { current: secret, previous: 'the older one' }) =>
  ({
    name: provider,
    provider: providerNamed(provider),
    secrets,
    verifyToken: null,
    allow: null,
    toleranceSeconds: null,
    bodyLimit: 1024,
    echo: false,
  }) satisfies SourceConfig

/** Header bytes as Node reads them. */
const onWire = (text: string) => Buffer.from(text).toString('latin1')

describe('headers that are stored and passed on', () => {
  it('are all of them where the sender signs, or nothing is verified', () => {
    for (const provider of ['github', 'generic', 'stripe']) assert.equal(createCredentialFilter(source(provider)), null)
    assert.equal(createCredentialFilter(source('railway', null)), null)
    // A secret for signing is no token, and the other way round.
    const signing = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    assert.equal(createCredentialFilter(source('gitlab', { current: signing, previous: null })), null)
    assert.notEqual(createCredentialFilter(source('gitlab', { current: signing, previous: 'plain and long' })), null)
  })

  it('do not include those in which the sender carries its secret', () => {
    const filter = createCredentialFilter(source('railway'))
    const kept = ['Content-Type', 'text/plain', 'X-A', '1', 'x-a', '2']
    const raw = [...kept, 'Authorization', 'Bearer x', 'X-WEBHOOK-TOKEN', 'y', 'x-webhook-token', 'z']
    assert.deepEqual(filter?.(raw), kept)
    assert.deepEqual(createCredentialFilter(source('gitlab'))?.(['X-Gitlab-Token', 'x', 'X-Gitlab-Event', 'Push']), [
      'X-Gitlab-Event',
      'Push',
    ])
  })

  it('do not include one that repeats it, however it is written', () => {
    const filter = createCredentialFilter(source('railway'))
    for (const text of [secret, 'the older one'].flatMap((one) => [onWire(one), encodeURIComponent(one)])) {
      assert.deepEqual(filter?.(['Referer', `https://x.example/?token=${text}&a`, 'X-B', 'b']), ['X-B', 'b'], text)
    }
    const short = createCredentialFilter(source('railway', { current: 'abc', previous: null }))
    assert.deepEqual(short?.(['X-B', 'abcdef', 'X-Webhook-Token', 'abc']), ['X-B', 'abcdef'], 'by chance')
  })
})

describe('what a log hides', () => {
  it('is every header that the row names, whatever it is called', () => {
    assert.deepEqual([...proofHeaders(source('figma'))], [])
    assert.deepEqual([...proofHeaders(source('flutterwave'))].sort(), ['flutterwave-signature', 'verif-hash'])
  })

  it('is a secret in each of its forms', () => {
    assert.deepEqual(writtenForms('plain'), ['plain'])
    assert.deepEqual(writtenForms(secret), [secret, 's3cret%2Bwith%2F%C3%A9%26more', onWire(secret)])
    assert.doesNotThrow(() => writtenForms('\ud800 alone'))
  })
})

it('shows signatures and how they were made, and hides whatever lets somebody in', () => {
  for (const name of ['PayPal-Auth-Algo', 'PAYPAL-TRANSMISSION-SIG', 'X-FusionAuth-Signature-JWT', 'stripe-signature'])
    assert.equal(isCredential(name), false, name)
  for (const name of [
    ...['Authorization', 'cookie', 'Proxy-Authorization', 'X-Api-Key', 'X-Gitlab-Token', 'x-webhook-secret', 'X-Auth'],
    ...['X-Webhook-Token', 'cf-webhook-auth', 'X-Telegram-Bot-Api-Secret-Token', 'X-Algo-Token', 'X-Password'],
  ])
    assert.equal(isCredential(name), true, name)
})
