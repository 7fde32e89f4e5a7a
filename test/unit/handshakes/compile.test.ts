import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import type { SourceConfig } from '../../../src/config/types.ts'
import { noCapturedSecrets } from '../../../src/handshakes/captured-secrets.ts'
import { compileHandshakes } from '../../../src/handshakes/compile.ts'
import type { Handshake } from '../../../src/providers/types.ts'
import { providerNamed, requestOf } from '../verification/requests.ts'

const token = 'a-verification-token-of-32-chars-'
const secrets = { current: 'the current secret', previous: 'the previous secret' }

function compile(
  handshakes: readonly Handshake[],
  changes: Partial<SourceConfig> = {},
  publicUrl: string | null = null,
) {
  const provider = { ...providerNamed('github'), handshakes }
  const source = {
    name: 'acme',
    provider,
    secrets,
    verifyToken: token,
    allow: null,
    toleranceSeconds: null,
    bodyLimit: 1,
    echo: false,
  }
  return compileHandshakes({ ...source, ...changes }, { publicUrl, captured: noCapturedSecrets })
}

const get = (url: string, headers = {}) => ({ ...requestOf(headers, '', url), method: 'GET' })

describe('a challenge that is hashed with the URL', () => {
  const ebay: Handshake = {
    method: 'GET',
    when: [{ at: 'query:challenge_code' }],
    answer: {
      json: {
        challengeResponse: {
          kind: 'hash',
          hash: 'sha256',
          encoding: 'hex',
          of: '{query:challenge_code}{verify-token}{url-path}',
        },
      },
    },
  }
  const ask = get('/webhook/acme?challenge_code=a8628072-3d33-45ee-9004-bee86830a22d', { host: 'evil.example' })

  it('is answered for PUBLIC_URL without its query, whatever host the request names', () => {
    const outcome = compile([ebay], {}, 'https://hooks.example.com/in').bodiless?.(ask)
    assert.ok(outcome?.ok)
    const expected = createHash('sha256')
      .update('a8628072-3d33-45ee-9004-bee86830a22d')
      .update(token)
      .update('https://hooks.example.com/in/webhook/acme')
      .digest('hex')
    assert.deepEqual(JSON.parse(outcome.body), { challengeResponse: expected })
  })

  it('is refused without PUBLIC_URL, or without the token', () => {
    assert.deepEqual(compile([ebay]).bodiless?.(ask), {
      ok: false,
      status: 403,
      detail: 'GitHub wants its URL confirmed: set PUBLIC_URL.',
    })
    assert.deepEqual(compile([ebay], { verifyToken: null }, 'https://hooks.example.com').bodiless?.(ask), {
      ok: false,
      status: 403,
      detail: 'GitHub asks for a token that is not configured: set ACME_WEBHOOK_VERIFY_TOKEN.',
    })
  })
})

describe('an answer', () => {
  const one = (answer: Handshake['answer'], when: Handshake['when'] = [{ at: 'query:c' }]) =>
    compile([{ method: 'GET', when, answer }]).bodiless ?? assert.fail()

  it('is signed under the current secret where nobody proved another', () => {
    const outcome = one({ text: { kind: 'hmac', hash: 'sha256', encoding: 'base64', of: '{query:c}', prefix: 'v1=' } })(
      get('/x?c=é'),
    )
    assert.ok(outcome?.ok)
    assert.equal(outcome.body, `v1=${createHmac('sha256', secrets.current).update('é').digest('base64')}`)
  })

  it('is signed for nobody where there is no secret', () => {
    const signed: Handshake = {
      method: 'GET',
      answer: { text: { kind: 'hmac', hash: 'sha256', encoding: 'hex', of: '{query:c}' } },
    }
    assert.equal(compile([signed], { secrets: null }).bodiless?.(get('/x?c=1')), null)
  })

  it('puts no line break, no control character and nothing beyond ASCII into a header', () => {
    const answer = one({ headers: { 'x-repeated': '{query:c}' } })
    for (const c of ['a%0d%0aset-cookie:b', 'a%00', 'a%7f', '%C3%A9', 'a'.repeat(2049)]) {
      assert.equal(answer(get(`/x?c=${c}`)), null, c)
    }
    const outcome = answer(get('/x?c=a%20b'))
    assert.ok(outcome?.ok)
    assert.equal(outcome.headers['x-repeated'], 'a b')
  })

  it('can be taken for nothing but text, and is not kept', () => {
    const outcome = one({ text: '{query:c}' })(get('/x?c=%3Cscript%3E'))
    assert.deepEqual(outcome, {
      ok: true,
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
      body: '<script>',
    })
  })

  it('is of the first handshake that fits', () => {
    const { bodiless } = compile([
      { method: 'HEAD', answer: {} },
      { method: 'GET', when: [{ at: 'query:a' }], answer: { text: 'a' } },
      { method: 'GET', when: [{ at: 'query:b', fits: '[0-9]+' }], answer: { text: 'b' } },
    ])
    const bodyOf = (url: string) => {
      const outcome = bodiless?.(get(url))
      return outcome?.ok ? outcome.body : outcome
    }
    assert.deepEqual(['/x?a=1&b=2', '/x?b=2', '/x?b=2x', '/x?b=2%0a', '/x'].map(bodyOf), ['a', 'b', null, null, null])
  })
})

describe('an unsigned POST', () => {
  const { unverified } = compile([
    { method: 'POST', proof: 'none', body: '\\{"c":"(?<c>\\w+)"\\}', answer: { text: '{match:c}' } },
    { method: 'POST', proof: 'none', when: [{ at: 'body:/ping', is: 'yes' }], answer: { text: 'pong' } },
  ])
  const bodyOf = async (body: string) => {
    const outcome = await unverified?.(requestOf({}, body))
    return outcome?.ok ? outcome.body : outcome
  }

  it('is looked into up to a kibibyte, and must be what the row says as a whole', async () => {
    assert.equal(await bodyOf('{"c":"abc"}'), 'abc')
    for (const body of ['', '{"c":"abc"}\n', ' {"c":"abc"}', '{"c":"abc","d":1}', `{"c":"${'a'.repeat(1024)}"}`]) {
      assert.equal(await bodyOf(body), null, body.slice(0, 20))
    }
    assert.equal(await bodyOf('{"ping":"yes"}'), 'pong')
    assert.equal(await bodyOf(`{"ping":"yes","more":"${'a'.repeat(1024)}"}`), null)
  })

  it('is none where the row has none', () => {
    const none = compile([])
    assert.deepEqual([none.bodiless, none.unverified, none.verified, none.pointers], [null, null, null, []])
  })
})
