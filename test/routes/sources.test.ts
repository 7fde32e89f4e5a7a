import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'
import { hmacHex, hookmeshSignature, slackHeaders, webhookSignature } from '../support/sign.ts'
import { readVectors } from '../unit/verification/requests.ts'

const invalid = '{"error":"Invalid signature."}'
const expired = '{"error":"Request expired."}'
const json = { 'content-type': 'application/json' }
const now = 1_750_000_000

const secret = 'the default source and its secret'
const whsec = `whsec_${Buffer.from('twenty-four random bytes').toString('base64')}`
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`

const env = {
  WEBHOOK_SECRET: secret,
  WEBHOOK_SECRET_PREVIOUS: 'the secret that was in use before',
  HOOKMESH_WEBHOOK_SECRET: 'hm_secret_4f1a',
  GITHUB_WEBHOOK_SECRET: readVectors('github')[0]?.secret ?? '',
  STRIPE_WEBHOOK_SECRET: readVectors('stripe')[0]?.secret ?? '',
  SHOPIFY_WEBHOOK_SECRET: 'hush_shpss_0123456789abcdef',
  SLACK_WEBHOOK_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  STANDARD_WEBHOOKS_WEBHOOK_SECRET: whsec,
  KEYED_WEBHOOK_SECRET: whpk,
  KEYED_WEBHOOK_PROVIDER: 'standard-webhooks',
}

const standardWebhooks = (id: string, time: number, ...signatures: readonly string[]) => ({
  ...json,
  'webhook-id': id,
  'webhook-timestamp': String(time),
  'webhook-signature': signatures.join(' '),
})
const v1 = (id: string, time: number, body: string) =>
  `v1,${Buffer.from(hmacHex(Buffer.from(whsec.slice(6), 'base64'), `${id}.${time}.${body}`), 'hex').toString('base64')}`
const v1a = (id: string, time: number, body: string) =>
  `v1a,${sign(null, Buffer.from(`${id}.${time}.${body}`), privateKey).toString('base64')}`

describe('with secrets', async () => {
  const { app, store, lines, setNow } = await buildTestApp({ after }, env)
  setNow(now * 1000)
  const newest = async () => (await store.list({ limit: 1 })).events[0]
  const post = (path: string, headers: Readonly<Record<string, string>>, payload: string) =>
    app.inject({ method: 'POST', url: `/webhook/${path}`, headers, payload })

  describe('the default source', () => {
    const body = '{"n":1}'

    it('takes what X-Webhook-Signature signs with the secret, or with the one before', async () => {
      for (const key of [secret, env.WEBHOOK_SECRET_PREVIOUS]) {
        const answer = await post('user.created', { 'x-webhook-signature': webhookSignature(key, body) }, body)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.json().event, 'user.created')
      }
      assert.equal(lines.findLast(({ msg }) => msg === 'event received')?.['secret'], 'previous')
    })

    it('answers every wrong signature alike and stores nothing', async () => {
      const before = await newest()
      const right = webhookSignature(secret, body)
      const wrong: Readonly<Record<string, string>>[] = [
        {},
        { 'x-webhook-signature': '' },
        { 'x-webhook-signature': 'sha256=' },
        { 'x-webhook-signature': right.slice(7) },
        { 'x-webhook-signature': right.slice(0, -1) },
        { 'x-webhook-signature': `${right}0` },
        { 'x-webhook-signature': `${right.slice(0, -1)}g` },
        { 'x-webhook-signature': right.replace('sha256=', 'SHA256=') },
        { 'x-webhook-signature': right.replace('sha256=', 'sha1=') },
        { 'x-webhook-signature': `${right}, ${right}` },
        { 'x-webhook-signature': webhookSignature('another secret', body) },
        { 'x-webhook-signature': webhookSignature(secret, `${body} `) },
        { 'x-hub-signature-256': right },
        { authorization: `Bearer ${secret}` },
      ]
      for (const headers of wrong) {
        const answer = await post('user.created', headers, body)
        assert.equal(answer.statusCode, 401, JSON.stringify(headers))
        assert.equal(answer.body, invalid)
      }
      assert.deepEqual(await newest(), before)
    })

    it('reads hex in upper case too', async () => {
      const header = `sha256=${hmacHex(secret, body).toUpperCase()}`
      assert.equal((await post('upper', { 'x-webhook-signature': header }, body)).statusCode, 200)
    })

    it('is not fooled by the same header twice, not even twice right', async () => {
      const right = webhookSignature(secret, body)
      const headers = { 'x-webhook-signature': [right, right] }
      const answer = await app.inject({ method: 'POST', url: '/webhook/x', headers, payload: body })
      assert.equal(answer.body, invalid)
    })

    it('checks the signature before anything else is said about the request', async () => {
      for (const [path, headers] of [
        ['%00', json],
        ['x'.repeat(129), json],
        ['x', { ...json, 'x-event-type': '' }],
      ] as const) {
        assert.equal((await post(path, headers, '{')).statusCode, 401)
        const signed = await post(path, { ...headers, 'x-webhook-signature': webhookSignature(secret, '{') }, '{')
        assert.equal(signed.statusCode, 400)
      }
      const signed = await post('x', { ...json, 'x-webhook-signature': webhookSignature(secret, '{') }, '{')
      assert.equal(signed.body, '{"error":"Invalid JSON."}')
    })

    it('understands Standard Webhooks and Hook Mesh headers too', async () => {
      const hookmesh = { 'x-hookmesh-signature': hookmeshSignature(secret, body, now) }
      assert.equal((await post('x', hookmesh, body)).statusCode, 200)
      const text = `msg_d.${now}.${body}`
      const signature = Buffer.from(hmacHex(secret, text), 'hex').toString('base64')
      const answer = await post('x', standardWebhooks('msg_d', now, `v1,${signature}`), body)
      assert.equal(answer.statusCode, 200)
    })

    it('knows a recorded request of a scheme with a time by its signature, whatever id it is given', async () => {
      const headers = { 'x-hookmesh-signature': hookmeshSignature(secret, '{"replay":1}', now) }
      const first = (await post('replay', headers, '{"replay":1}')).json()
      const again = (await post('replay', { ...headers, 'idempotency-key': 'new' }, '{"replay":1}')).json()
      assert.deepEqual([first.duplicate, again.duplicate, again.id], [false, true, first.id])
    })
  })

  describe('a timestamp', () => {
    const body = '{"id":"evt_t","type":"order.created"}'
    const answerTo = async (t: string) =>
      (await post('hookmesh', { ...json, 'x-hookmesh-signature': hookmeshSignature('hm_secret_4f1a', body, t) }, body))
        .body

    it('outside the tolerance, past or future, is 401 expired once the signature was right', async () => {
      for (const t of [now - 301, now + 301, 0, 1, now * 1000, 999_999_999_999_999]) {
        assert.equal(await answerTo(String(t)), expired, String(t))
      }
    })

    it('that is no plain whole number is 401 invalid, although signed', async () => {
      const times = ['', ' ', '-1', `+${now}`, `${now}.0`, `${now}.5`, '1.75e9', '0x684ee180', 'NaN', 'Infinity', 'now']
      for (const t of [...times, '9'.repeat(16), '9'.repeat(400), `${now}n`, '１７５', '2025-06-15T15:06:40Z']) {
        assert.equal(await answerTo(t), invalid, t)
      }
    })

    it('on a wrong signature is never called expired', async () => {
      const header = hookmeshSignature('another secret', body, now - 9999)
      assert.equal((await post('hookmesh', { ...json, 'x-hookmesh-signature': header }, body)).body, invalid)
    })

    it('twice is 401 invalid', async () => {
      const [t, v] = hookmeshSignature('hm_secret_4f1a', body, now).split(',')
      for (const header of [`${t},${t},${v}`, `t=1,${t},${v}`]) {
        assert.equal((await post('hookmesh', { ...json, 'x-hookmesh-signature': header }, body)).body, invalid, header)
      }
    })
  })

  describe('/webhook/hookmesh', () => {
    const body = '{"id":"evt_hm","type":"order.created"}'
    const headers = { 'x-hookmesh-signature': hookmeshSignature('hm_secret_4f1a', body, now) }

    it('is 401 unsigned, 400 signed but not JSON, 200 without echo, then duplicate', async () => {
      assert.equal((await post('hookmesh', json, body)).body, invalid)
      for (const text of ['not json', '', '{"a":']) {
        const answer = await post(
          'hookmesh',
          { 'x-hookmesh-signature': hookmeshSignature('hm_secret_4f1a', text, now) },
          text,
        )
        assert.deepEqual([answer.statusCode, answer.body], [400, '{"error":"Invalid JSON."}'])
      }
      const first = await post('hookmesh', headers, body)
      assert.equal(first.statusCode, 200)
      const { id } = first.json()
      const message = 'Webhook received successfully.'
      assert.deepEqual(first.json(), { message, event: 'order.created', id, duplicate: false })
      const again = await post('hookmesh', headers, body)
      assert.deepEqual([again.json().duplicate, again.json().id], [true, id])
    })
  })

  describe('/webhook/standard-webhooks', () => {
    const body = '{"type":"contact.created"}'

    it('takes one right signature among several, and knows the id again', async () => {
      const other = `v1,${Buffer.alloc(32).toString('base64')}`
      const right = v1('msg_s', now, body)
      for (const [index, signatures] of [[right], [other, right], ['v2,x', right, other]].entries()) {
        const answer = await post('standard-webhooks', standardWebhooks('msg_s', now, ...signatures), body)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.json().event, 'contact.created')
        assert.equal(answer.json().duplicate, index > 0)
        assert.equal((await store.get(answer.json().id))?.externalId, 'msg_s')
      }
    })

    it('refuses another id, another time or another label over the same signature', async () => {
      const right = v1('msg_u', now, body)
      const wrong = [
        standardWebhooks('msg_v', now, right),
        standardWebhooks('msg_u', now + 1, right),
        standardWebhooks('msg_u', now, right.replace('v1,', 'v1a,')),
        standardWebhooks('msg_u', now, right.replace('v1,', '')),
      ]
      for (const headers of wrong) assert.equal((await post('standard-webhooks', headers, body)).body, invalid)
    })

    it('verifies Ed25519 with a public key, and takes no HMAC made from it', async () => {
      const right = v1a('msg_k', now, body)
      const answer = await post('keyed', standardWebhooks('msg_k', now, 'v1,AAAA', right), body)
      assert.equal(answer.statusCode, 200)
      for (const key of [whpk, Buffer.from(whpk.slice(5), 'base64')]) {
        const forged = Buffer.from(hmacHex(key, `msg_f.${now}.${body}`), 'hex').toString('base64')
        const headers = standardWebhooks('msg_f', now, `v1,${forged}`)
        assert.equal((await post('keyed', headers, body)).body, invalid)
      }
    })
  })

  describe('Slack', () => {
    const handshake =
      '{"token":"t","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}'

    it('has its handshake answered with the challenge as text, and nothing is stored', async () => {
      const before = await newest()
      for (let n = 0; n < 2; n++) {
        const headers = { ...json, ...slackHeaders(env.SLACK_WEBHOOK_SECRET, handshake, now) }
        const answer = await post('slack', headers, handshake)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
        assert.equal(answer.body, '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P')
      }
      assert.deepEqual(await newest(), before)
    })

    it('gets no challenge back unsigned, signed by another, or too late', async () => {
      const wrong = [json, { ...json, ...slackHeaders('another secret', handshake, now) }]
      for (const headers of wrong) assert.equal((await post('slack', headers, handshake)).body, invalid)
      const late = { ...json, ...slackHeaders(env.SLACK_WEBHOOK_SECRET, handshake, now - 301) }
      assert.equal((await post('slack', late, handshake)).body, expired)
    })

    it('is an event where the challenge is missing or no text, or the source is another', async () => {
      for (const body of ['{"type":"url_verification"}', '{"type":"url_verification","challenge":[1]}']) {
        const answer = await post('slack', { ...json, ...slackHeaders(env.SLACK_WEBHOOK_SECRET, body, now) }, body)
        assert.equal(answer.json().event, 'url_verification')
      }
      const answer = await post('x', { ...json, 'x-webhook-signature': webhookSignature(secret, handshake) }, handshake)
      assert.equal(answer.json().event, 'x')
    })
  })

  for (const provider of ['github', 'stripe', 'shopify', 'slack', 'hookmesh']) {
    for (const vector of readVectors(provider)) {
      it(`takes what is known to be right: ${vector.label}`, async () => {
        if (env[`${provider.toUpperCase()}_WEBHOOK_SECRET` as keyof typeof env] !== vector.secret) return
        setNow(vector.nowSeconds * 1000)
        // Some examples sign what their content type would not allow.
        const headers = vector.body.startsWith('{')
          ? vector.headers
          : { ...vector.headers, 'content-type': 'text/plain' }
        const answer = await post(provider, headers, vector.body)
        const tampered = await post(provider, headers, `${vector.body} `)
        setNow(now * 1000)
        assert.equal(answer.statusCode, 200, answer.body)
        assert.equal('receivedData' in answer.json(), false)
        assert.equal(tampered.body, invalid)
      })
    }
  }

  it('has the type and the id where each provider puts them', async () => {
    const body = '{"zen":"Keep it logically awesome.","n":1}'
    const signature = `sha256=${hmacHex(env.GITHUB_WEBHOOK_SECRET, body)}`
    const headers = { ...json, 'x-hub-signature-256': signature, 'x-github-event': 'ping', 'x-event-type': 'ignored' }
    const answer = await post(
      'github',
      { ...headers, 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
      body,
    )
    assert.equal(answer.json().event, 'ping')
    assert.equal((await store.get(answer.json().id))?.externalId, '72d3162e-cc78-11e3-81ab-4c9367dc0958')
  })

  it('stores, but flags, the same signed bytes under another unsigned id', async () => {
    const body = '{"zen":"Anything added dilutes everything else."}'
    const headers = { ...json, 'x-hub-signature-256': `sha256=${hmacHex(env.GITHUB_WEBHOOK_SECRET, body)}` }
    const first = (await post('github', { ...headers, 'x-github-delivery': 'a' }, body)).json()
    const again = (await post('github', { ...headers, 'x-github-delivery': 'b' }, body)).json()
    assert.deepEqual([first.duplicate, again.duplicate], [false, false])
    assert.equal((await store.get(again.id))?.repeated, true)
    assert.equal((await post('github', { ...headers, 'x-github-delivery': 'b' }, body)).json().duplicate, true)
  })
})

describe('with a secret for one source only', async () => {
  const { app } = await buildTestApp({ after }, { GITHUB_WEBHOOK_SECRET: env.GITHUB_WEBHOOK_SECRET, ECHO: 'true' })

  it('every path that no secret covers is 401, as is the source itself unsigned', async () => {
    for (const path of ['user.created', 'stripe', 'GitHub', 'github ', 'default', 'generic']) {
      const answer = await app.inject({ method: 'POST', url: `/webhook/${encodeURIComponent(path)}`, payload: {} })
      assert.deepEqual([answer.statusCode, answer.body], [401, invalid], path)
    }
    assert.equal((await app.inject({ method: 'POST', url: '/webhook/github', payload: {} })).statusCode, 401)
  })

  it('a named source repeats the payload where ECHO=true', async () => {
    const payload = '{"n":1}'
    const headers = { 'x-hub-signature-256': `sha256=${hmacHex(env.GITHUB_WEBHOOK_SECRET, payload)}`, ...json }
    const answer = await app.inject({ method: 'POST', url: '/webhook/github', headers, payload })
    assert.deepEqual(answer.json().receivedData, { n: 1 })
    assert.equal(answer.json().event, 'github')
  })
})

describe('with no secret at all', async () => {
  const { app } = await buildTestApp({ after })

  it('every event is accepted, whatever its signature says', async () => {
    for (const path of ['user.created', 'github', 'stripe', 'hookmesh']) {
      const headers = { 'x-webhook-signature': 'sha256=nonsense', 'x-hub-signature-256': '' }
      const answer = await app.inject({ method: 'POST', url: `/webhook/${path}`, headers, payload: {} })
      assert.equal(answer.statusCode, 200)
    }
  })
})
