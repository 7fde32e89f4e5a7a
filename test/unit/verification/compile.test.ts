import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Provider } from '../../../src/providers/types.ts'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { signRequest } from '../../../src/verification/sign.ts'
import type { Verdict } from '../../../src/verification/types.ts'
import { fromWire, providerNamed, readVectors, requestOf } from './requests.ts'

const generic = providerNamed('generic')
const secret = 'a long enough shared secret'
const nowSeconds = 1_750_000_000
const now = nowSeconds * 1000
const body = '{"id":"evt_1"}'
const message = { body: Buffer.from(body), id: 'msg_1', nowSeconds }

const verifierOf = (provider: Provider, current = secret, toleranceSeconds: number | null = null) =>
  compileVerifier(provider, { current, previous: null }, { toleranceSeconds })
const brief = (verdict: Verdict) => (verdict.ok ? verdict.scheme : verdict.cause)

describe('a request with several signatures', () => {
  const verify = verifierOf(generic)
  const plain = signRequest(generic, 'x-webhook-signature', secret, message)
  const timed = signRequest(generic, 'x-hookmesh-signature', secret, message)
  const wrong = { 'x-webhook-signature': `sha256=${'0'.repeat(64)}` }

  it('is accepted when any of them is right', () => {
    assert.equal(brief(verify(requestOf({ ...plain, ...timed }, body), now)), 'x-webhook-signature')
    assert.equal(brief(verify(requestOf({ ...wrong, ...timed }, body), now)), 'x-hookmesh-signature')
    assert.equal(
      brief(verify(requestOf({ 'x-webhook-signature': 'nonsense', ...timed }, body), now)),
      'x-hookmesh-signature',
    )
  })

  it('is refused with the cause of the first one present', () => {
    const broken = { 'x-hookmesh-signature': 'nonsense' }
    assert.equal(brief(verify(requestOf({ ...wrong, ...broken }, body), now)), 'mismatch')
    assert.equal(
      brief(verify(requestOf({ 'x-webhook-signature': 'nonsense', ...timed }, `${body} `), now)),
      'malformed',
    )
  })

  it('is expired when one matched, whatever the others are', () => {
    assert.equal(brief(verify(requestOf({ ...wrong, ...timed }, body), now + 301_000)), 'expired')
  })

  it('finds the right one among up to sixteen', () => {
    const right = signRequest(providerNamed('stripe'), undefined, secret, message)['stripe-signature']?.split(',v1=')[1]
    const header = (before: number) =>
      requestOf({ 'stripe-signature': `t=${nowSeconds}${`,v1=${'0'.repeat(64)}`.repeat(before)},v1=${right}` }, body)
    const verifyStripe = verifierOf(providerNamed('stripe'))
    assert.equal(brief(verifyStripe(header(15), now)), 'stripe-signature')
    assert.equal(brief(verifyStripe(header(16), now)), 'mismatch')
  })

  it('passes over labels and values that are not signatures', () => {
    const right = signRequest(providerNamed('stripe'), undefined, secret, message)['stripe-signature']?.split(',')[1]
    const verifyStripe = verifierOf(providerNamed('stripe'))
    const header = `v0=${'0'.repeat(64)},v1=short,,x,=,t=${nowSeconds},v10=1, ${right} `
    assert.equal(brief(verifyStripe(requestOf({ 'stripe-signature': header }, body), now)), 'stripe-signature')
  })

  it('is malformed with several times in one header', () => {
    const header = `t=${nowSeconds},${timed['x-hookmesh-signature']}`
    assert.equal(brief(verify(requestOf({ 'x-hookmesh-signature': header }, body), now)), 'malformed')
  })
})

describe('doubled headers', () => {
  it('are told from one value with a comma by the raw headers alone', () => {
    const verify = verifierOf(generic)
    const value = signRequest(generic, 'x-hookmesh-signature', secret, message)['x-hookmesh-signature'] ?? ''
    const [time = '', signature = ''] = value.split(',')
    const once = fromWire(['X-HookMesh-Signature', `${time}, ${signature}`], body)
    const twice = fromWire(['X-HookMesh-Signature', time, 'x-hookmesh-signature', signature], body)
    assert.equal(brief(verify(once, now)), 'x-hookmesh-signature')
    assert.deepEqual(once.headers, twice.headers)
    assert.equal(brief(verify(twice, now)), 'malformed')
  })

  it('are refused for an id that no signature covers', () => {
    const github = providerNamed('github')
    const signed = Object.entries(signRequest(github, undefined, secret, message)).flat()
    const verify = verifierOf(github)
    assert.equal(brief(verify(fromWire([...signed, 'X-GitHub-Delivery', 'a'], body), now)), 'x-hub-signature-256')
    const doubled = fromWire([...signed, 'X-GitHub-Delivery', 'a', 'X-GitHub-Delivery', 'b'], body)
    assert.equal(brief(verify(doubled, now)), 'malformed')
    assert.equal(brief(verify({ ...doubled, body: Buffer.from('x') }, now)), 'mismatch', 'the signature comes first')
  })
})

describe('an accepted request', () => {
  it('says which headers its signature covers', () => {
    const headersOf = (provider: Provider, scheme?: string) => {
      const verdict = verifierOf(provider)(requestOf(signRequest(provider, scheme, secret, message), body), now)
      assert.ok(verdict.ok)
      return [...verdict.signedHeaders].sort()
    }
    assert.deepEqual(headersOf(generic, 'standard-webhooks-v1'), ['webhook-id', 'webhook-timestamp'])
    assert.deepEqual(headersOf(generic, 'x-webhook-signature'), [])
    assert.deepEqual(headersOf(providerNamed('slack')), ['x-slack-request-timestamp'])
    assert.deepEqual(headersOf(providerNamed('stripe')), [])
  })

  it('has its signature in one spelling: hex in upper case is the same signature', () => {
    const [vector] = readVectors('github')
    assert.ok(vector)
    const { headers } = vector
    const lower = headers['x-hub-signature-256'] ?? ''
    const upper = `sha256=${lower.slice('sha256='.length).toUpperCase()}`
    assert.notEqual(upper, lower)
    const verdict = verifierOf(providerNamed('github'), vector.secret)(
      requestOf({ ...headers, 'x-hub-signature-256': upper }, vector.body),
      now,
    )
    assert.ok(verdict.ok)
    assert.equal(`sha256=${verdict.signature}`, lower)
  })
})

describe('tolerance', () => {
  it('given for the source replaces the row’s', () => {
    const headers = signRequest(generic, 'x-hookmesh-signature', secret, message)
    const at = (tolerance: number, late: number) =>
      brief(verifierOf(generic, secret, tolerance)(requestOf(headers, body), now + late * 1000))
    assert.equal(at(10, 10), 'x-hookmesh-signature')
    assert.equal(at(10, 11), 'expired')
    assert.equal(at(3600, 3600), 'x-hookmesh-signature')
    assert.equal(at(0, 0), 'x-hookmesh-signature')
    assert.equal(at(0, 1), 'expired')
  })

  it('is told with the distance', () => {
    const headers = signRequest(generic, 'x-hookmesh-signature', secret, message)
    const detail = (late: number) => {
      const verdict = verifierOf(generic)(requestOf(headers, body), now + late * 1000)
      return verdict.ok ? '' : verdict.detail
    }
    assert.match(detail(412), /412 s in the past; 300 s/)
    assert.match(detail(-412), /412 s in the future; 300 s/)
  })
})

describe('the default source', () => {
  it('knows Standard Webhooks secrets decoded, as text, and as base64 without prefix', () => {
    const [vector] = readVectors('standard-webhooks')
    assert.ok(vector)
    const request = requestOf(vector.headers, vector.body)
    for (const form of [vector.secret, vector.secret.slice('whsec_'.length)]) {
      assert.equal(brief(verifierOf(generic, form)(request, now)), 'standard-webhooks-v1')
    }
    const asText = requestOf(signRequest(generic, 'standard-webhooks-v1', secret, message), body)
    assert.equal(brief(verifierOf(generic)(asText, now)), 'standard-webhooks-v1')
  })

  it('never takes a public key as an HMAC key', () => {
    const publicKey = readVectors('standard-webhooks').find((vector) => vector.secret.startsWith('whpk_'))?.secret ?? ''
    const forged = { ...generic, schemes: generic.schemes.filter(({ kind }) => kind === 'hmac') }
    assert.throws(() => verifierOf(forged, publicKey), /key of a key pair/)
    assert.throws(() => signRequest(forged, undefined, publicKey, message), /cannot sign/)
    const verify = verifierOf(generic, publicKey)
    for (const scheme of forged.schemes) {
      // Signed as the scheme would with the key's text, by giving it that text as if it were any secret.
      const headers = signRequest({ ...generic, schemes: [scheme] }, undefined, 'other secret', message)
      assert.notEqual(brief(verify(requestOf(headers, body), now)), scheme.name)
    }
    assert.equal(brief(verify(requestOf({ 'x-webhook-signature': 'x' }, body), now)), 'missing')
  })

  it('does not take a timed signature as one over the body alone', () => {
    const verify = verifierOf(generic)
    const timed = signRequest(generic, 'x-hookmesh-signature', secret, message)['x-hookmesh-signature'] ?? ''
    const stripped = { 'x-webhook-signature': `sha256=${timed.split('v1=')[1]}` }
    const late = now + 86_400_000
    assert.equal(brief(verify(requestOf(stripped, `${nowSeconds}.${body}`), late)), 'malformed')

    const standard = signRequest(generic, 'standard-webhooks-v1', secret, message)['webhook-signature'] ?? ''
    const hex = Buffer.from(standard.slice('v1,'.length), 'base64').toString('hex')
    const content = `msg_1.${nowSeconds}.${body}`
    assert.equal(brief(verify(requestOf({ 'x-webhook-signature': `sha256=${hex}` }, content), late)), 'malformed')
  })

  it('takes bodies that only look a little like it', () => {
    for (const text of ['1750000000.25 42', '1.{}', 'a.b.c', '1750000000', '', '{"a":"1750000000.{"}', '0.5.{']) {
      const headers = signRequest(generic, 'x-webhook-signature', secret, { ...message, body: Buffer.from(text) })
      assert.equal(brief(verifierOf(generic)(requestOf(headers, text), now)), 'x-webhook-signature', text)
    }
  })
})

describe('Standard Webhooks', () => {
  it('reports a header with nothing for the configured key as malformed', () => {
    const [v1] = readVectors('standard-webhooks')
    assert.ok(v1)
    const onlyV1a = { ...v1.headers, 'webhook-signature': `v1a,${'A'.repeat(86)}==` }
    const provider = providerNamed('standard-webhooks')
    assert.equal(brief(verifierOf(provider, v1.secret)(requestOf(onlyV1a, v1.body), now)), 'malformed')
  })

  it('takes a public key only under its own prefix', () => {
    const v1a = readVectors('standard-webhooks').find(({ scheme }) => scheme === 'standard-webhooks-v1a')
    assert.ok(v1a)
    const request = requestOf(v1a.headers, v1a.body)
    for (const name of ['generic', 'standard-webhooks']) {
      assert.equal(brief(verifierOf(providerNamed(name), v1a.secret)(request, now)), 'standard-webhooks-v1a')
      assert.equal(brief(verifierOf(providerNamed(name), v1a.secret.slice('whpk_'.length))(request, now)), 'mismatch')
    }
  })

  it('rotates from a shared secret to a key pair', () => {
    const provider = providerNamed('standard-webhooks')
    const vectors = readVectors('standard-webhooks')
    const v1 = vectors.find(({ scheme }) => scheme === 'standard-webhooks-v1')
    const v1a = vectors.find(({ scheme }) => scheme === 'standard-webhooks-v1a')
    assert.ok(v1 && v1a)
    const verify = compileVerifier(provider, { current: v1a.secret, previous: v1.secret }, { toleranceSeconds: null })
    const verdict = verify(requestOf(v1.headers, v1.body), now)
    assert.ok(verdict.ok)
    assert.equal(verdict.secret, 'previous')
    const broken = { ...v1a.headers, 'webhook-signature': `v1a,${'A'.repeat(86)}==` }
    assert.equal(brief(verify(requestOf(broken, v1a.body), now)), 'mismatch', 'of the scheme that is there')
  })
})

describe('compileVerifier', () => {
  it('throws for a secret that cannot serve, naming the provider and not the secret', () => {
    assert.throws(() => verifierOf(generic, ''), /^Error: generic: The secret is empty\.$/)
    const run = () =>
      compileVerifier(
        providerNamed('standard-webhooks'),
        { current: 'whsec_AAAA', previous: 'hush!' },
        { toleranceSeconds: null },
      )
    assert.throws(run, (error: Error) => /^standard-webhooks: /.test(error.message) && !error.message.includes('hush!'))
  })

  it('throws for a row whose template means nothing', () => {
    for (const signed of ['{id}.{body}', '{toString}', '{body}{nonce}', '{timestamp}{body}']) {
      const [scheme] = providerNamed('github').schemes
      assert.ok(scheme)
      const row = { ...providerNamed('github'), schemes: [{ ...scheme, signed }] }
      assert.throws(() => verifierOf(row), /means nothing here/, signed)
    }
  })
})
