import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { fromWire, providerNamed, requestOf } from '../../unit/verification/requests.ts'

const secret = Buffer.from('a secret that is base64 as well, and long').toString('base64')
const decoded = Buffer.from(secret, 'base64')
const now = 1_750_000_000
const body = '{"webhookTimestamp":1750000000000}'

function outcome(provider: string, headers: Readonly<Record<string, string>> | readonly string[]): string {
  const options = { toleranceSeconds: null, publicUrl: 'https://hooks.example.com' }
  const verify = compileVerifier(providerNamed(provider), { current: secret, previous: null }, options)
  const wire = Array.isArray(headers) ? headers : Object.entries(headers).flat()
  const verdict = verify(fromWire(wire, body), now * 1000)
  return verdict.ok ? 'ok' : verdict.cause
}

const mac = (hash: string, content: string, key: string | Buffer = secret) => createHmac(hash, key).update(content)
const hex = (hash: string, content = body) => mac(hash, content).digest('hex')

/** What is written into one header by senders that share its name; nobody takes what another one writes. */
const shared: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'x-hub-signature': {
    intercom: `sha1=${hex('sha1')}`,
    'bitbucket jira snyk': `sha256=${hex('sha256')}`,
  },
  'x-signature': {
    'clickup lemonsqueezy stream': hex('sha256'),
    segment: hex('sha1'),
    mercadopago: `ts=${now},v1=${hex('sha256', `ts:${now};`)}`,
  },
  'webhook-signature': {
    gocardless: hex('sha256'),
    'cloudflare-stream': `time=${now},sig1=${hex('sha256', `${now}.${body}`)}`,
    'standard-webhooks render': `v1,${mac('sha256', `msg_1.${now}.${body}`, decoded).digest('base64')}`,
    'polar bigcommerce': `v1,${mac('sha256', `msg_1.${now}.${body}`).digest('base64')}`,
  },
  'x-webhook-signature': {
    generic: `sha256=${hex('sha256')}`,
    daily: mac('sha256', `${now}.${body}`, decoded).digest('base64'),
  },
}

describe('one header of several senders', () => {
  const companions = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(now), 'x-webhook-timestamp': String(now) }
  for (const [header, values] of Object.entries(shared)) {
    it(`${header} is read as each of them writes it, and not as the others do`, () => {
      for (const [owners, own] of Object.entries(values)) {
        for (const owner of owners.split(' ')) {
          for (const value of Object.values(values)) {
            const result = outcome(owner, { ...companions, [header]: value })
            assert.equal(result === 'ok', value === own, `${owner}: ${value} is ${result}`)
          }
        }
      }
    })
  }

  it('Typeform writes base64 after "sha256=", where others write hex', () => {
    const base64 = `sha256=${mac('sha256', body).digest('base64')}`
    assert.equal(outcome('typeform', { 'typeform-signature': base64 }), 'ok')
    assert.equal(outcome('typeform', { 'typeform-signature': `sha256=${hex('sha256')}` }), 'malformed')
    assert.equal(outcome('github', { 'x-hub-signature-256': base64 }), 'malformed')
  })

  it('Sanity writes base64url, and takes nothing else', () => {
    const value = (encoding: 'base64' | 'base64url') =>
      `t=${now}000,v1=${mac('sha256', `${now}000.${body}`).digest(encoding)}`
    assert.equal(outcome('sanity', { 'sanity-webhook-signature': value('base64url') }), 'ok')
    assert.equal(outcome('sanity', { 'sanity-webhook-signature': value('base64') }), 'malformed')
  })
})

describe('the separator between time and body', () => {
  const cases: readonly (readonly [
    provider: string,
    header: string,
    separator: string,
    write: (v: string) => string,
  ])[] = [
    ['stripe', 'stripe-signature', '.', (v1) => `t=${now},v1=${v1}`],
    ['convoy', 'x-convoy-signature', ',', (v1) => `t=${now},v1=${v1}`],
    ['paddle', 'paddle-signature', ':', (h1) => `ts=${now};h1=${h1}`],
    ['courier', 'courier-signature', '.', (v) => `t=${now}000,signature=${v}`],
  ]
  for (const [provider, header, separator, write] of cases) {
    it(`of ${provider} is "${separator}" and nothing else`, () => {
      const time = provider === 'courier' ? `${now}000` : String(now)
      for (const between of ['.', ',', ':', '|', '', '\n']) {
        const result = outcome(provider, { [header]: write(hex('sha256', time + between + body)) })
        assert.equal(result, between === separator ? 'ok' : 'mismatch', JSON.stringify(between))
      }
    })
  }
})

describe('header variants that senders’ own libraries accept', () => {
  const standard = (key: string | Buffer) => `v1,${mac('sha256', `msg_1.${now}.${body}`, key).digest('base64')}`
  it('Svix and those who send through it: svix-* and webhook-*, but not mixed', () => {
    const as = (family: string) => ({ [`${family}-id`]: 'msg_1', [`${family}-timestamp`]: String(now) })
    for (const provider of ['svix', 'clerk', 'resend', 'stytch', 'brex']) {
      for (const family of ['svix', 'webhook']) {
        const headers = { ...as(family), [`${family}-signature`]: standard(decoded) }
        assert.equal(outcome(provider, headers), 'ok', `${provider} ${family}`)
      }
      assert.equal(outcome(provider, { ...as('svix'), 'webhook-signature': standard(decoded) }), 'malformed')
    }
  })

  const value64 = mac('sha256', body).digest('base64')
  const alternatives: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    shopify: { 'x-shopify-hmac-sha256': value64, 'shopify-hmac-sha256': value64 },
    shortcut: { 'payload-signature': hex('sha256'), 'clubhouse-signature': hex('sha256') },
    hookdeck: { 'x-hookdeck-signature': value64, 'x-hookdeck-signature-2': value64 },
    docusign: {
      'x-docusign-signature-1': value64,
      'x-docusign-signature-2': value64,
      'x-docusign-signature-10': value64,
    },
    gitea: { 'x-gitea-signature': hex('sha256'), 'x-gogs-signature': hex('sha256') },
    viber: { 'x-viber-content-signature': hex('sha256') },
  }
  for (const [provider, headers] of Object.entries(alternatives)) {
    for (const [header, value] of Object.entries(headers)) {
      it(`${provider}: ${header}`, () => assert.equal(outcome(provider, { [header]: value }), 'ok'))
    }
  }

  it('Mollie with and without "sha256="', () => {
    for (const prefix of ['sha256=', '']) {
      assert.equal(outcome('mollie', { 'x-mollie-signature': prefix + hex('sha256') }), 'ok')
    }
  })

  it('WorkOS with and without a space after the comma', () => {
    for (const space of ['', ' ']) {
      const value = `t=${now}000,${space}v1=${hex('sha256', `${now}000.${body}`)}`
      assert.equal(outcome('workos', { 'workos-signature': value }), 'ok')
    }
  })

  it('header names in any case, as Node hands them over', () => {
    const value = `sha256=${hex('sha256')}`
    for (const name of ['X-Hub-Signature-256', 'x-hub-signature-256', 'X-HUB-SIGNATURE-256']) {
      assert.equal(outcome('github', [name, value]), 'ok')
    }
    assert.equal(outcome('github', ['X_Hub_Signature_256', value]), 'missing')
  })
})

describe('older and weaker headers that are sent as well', () => {
  it('do not count: SHA-1 beside GitHub’s, Meta’s and Agora’s SHA-256', () => {
    const sha1 = hex('sha1')
    assert.equal(outcome('github', { 'x-hub-signature': `sha1=${sha1}` }), 'missing')
    assert.equal(outcome('meta', { 'x-hub-signature': `sha1=${sha1}` }), 'missing')
    assert.equal(outcome('agora', { 'agora-signature': sha1 }), 'missing')
    assert.equal(outcome('gitea', { 'x-hub-signature': `sha1=${sha1}` }), 'missing')
  })

  it('do not help where the newer one is there and wrong', () => {
    const wrong = '0'.repeat(64)
    const headers = { 'x-hub-signature-256': `sha256=${wrong}`, 'x-hub-signature': `sha1=${hex('sha1')}` }
    assert.equal(outcome('github', headers), 'mismatch')
    const convoy = { 'x-convoy-signature': `t=${now},v1=${wrong}` }
    assert.equal(outcome('convoy', convoy), 'mismatch')
    const request = requestOf({ 'x-front-request-timestamp': `${now}000`, 'x-front-signature': value64Sha1() }, body)
    const verify = compileVerifier(
      providerNamed('front'),
      { current: secret, previous: null },
      { toleranceSeconds: null },
    )
    const verdict = verify(request, now * 1000)
    assert.ok(!verdict.ok, 'a rule’s signature in a request that has an application’s time')
  })

  const value64Sha1 = () => mac('sha1', body).digest('base64')
})
