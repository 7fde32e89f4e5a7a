import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, describe, it } from 'node:test'
import type { Scheme } from '../../../src/providers/types.ts'
import { buildTestApp } from '../../support/app.ts'
import { providerNamed, readVectors, type Vector, vectorFiles } from '../verification/requests.ts'

/** These sign the URL or the path, which here is another one. */
function signsPath(scheme: Scheme | undefined): boolean {
  return /\{(?:url|path)/.test(JSON.stringify(scheme))
}

function isReadable({ headers, body }: Vector): boolean {
  if (!/json/.test(headers['content-type'] ?? '')) return true
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

const sources = vectorFiles()
  .flatMap((provider) => readVectors(provider).map((vector) => ({ provider, vector })))
  .filter(
    ({ provider, vector }) => !signsPath(providerNamed(provider).schemes.find(({ name }) => name === vector.scheme)),
  )
  .map((one, index) => ({ ...one, source: `v${index}` }))

const env = Object.fromEntries(
  sources.flatMap(({ provider, vector, source }) => [
    [`${source.toUpperCase()}_WEBHOOK_SECRET`, vector.secret],
    [`${source.toUpperCase()}_WEBHOOK_PROVIDER`, provider],
  ]),
)

describe('the gateway', async () => {
  const { app, store, lines, setNow } = await buildTestApp({ after }, env)
  const post = (source: string, { url = '', headers }: Vector, payload: string, query = url.slice(url.indexOf('?'))) =>
    app.inject({ method: 'POST', url: `/webhook/${source}${url.includes('?') ? query : ''}`, headers, payload })

  for (const { provider, vector, source } of sources) {
    it(`stores what ${provider} sends: ${vector.label}`, async () => {
      setNow(vector.nowSeconds * 1000)
      const answer = await post(source, vector, vector.body)
      // Some documented signatures are over "Hello World!", sent as JSON.
      const readable = isReadable(vector)
      const asked = providerNamed(provider).answer
      assert.equal(answer.statusCode, readable ? (asked?.status ?? 200) : 400, JSON.stringify(lines.at(-1)))
      if (asked?.body !== undefined) {
        const { type = '' } = (await store.list({ limit: 1 })).events[0] ?? {}
        assert.equal(answer.body, asked.body.replace('{type}', type))
        if (asked.status === undefined)
          assert.match(`${answer.headers['content-type']}`, RegExp(asked.type ?? '^text/plain'))
      }
      if (!readable) return
      const [event] = (await store.list({ limit: 1 })).events
      assert.equal(event?.source, source)
      const stored = await store.get(event?.id ?? '')
      assert.equal(Buffer.from(stored?.body ?? []).toString(), vector.body)
      assert.ok(!JSON.stringify(lines).includes(vector.secret) || vector.secret.length < 12)
    })
  }

  it('answers a repetition as the sender wants it, and a refusal with its own words', async () => {
    const found = sources.find(({ provider }) => provider === 'dropbox-sign')
    assert.ok(found)
    setNow(found.vector.nowSeconds * 1000)
    const again = await post(found.source, found.vector, found.vector.body)
    assert.deepEqual([again.statusCode, again.body], [200, 'Hello API Event Received'])
    const wrong = await post(found.source, found.vector, found.vector.body.replace('signature_request', 'other'))
    assert.deepEqual([wrong.statusCode, wrong.json()], [401, { error: 'Invalid signature.' }])
  })

  it('refuses the same from any of them without what proves it', async () => {
    for (const { provider, vector, source } of sources) {
      const answer = await post(source, { ...vector, headers: {} }, '{"type":"x"}', '')
      assert.equal(answer.statusCode, providerNamed(provider).refusal ?? 401, source)
      assert.equal(answer.body, '{"error":"Invalid signature."}')
    }
  })
})

describe('a sender that signs the URL', async () => {
  const secret = 'the key of Square'
  const body = '{"type":"payment.updated","event_id":"e1"}'
  const signedFor = (url: string) => ({
    'content-type': 'application/json',
    'x-square-hmacsha256-signature': createHmac('sha256', secret)
      .update(url + body)
      .digest('base64'),
  })
  const { app, lines } = await buildTestApp(
    { after },
    { SQUARE_WEBHOOK_SECRET: secret, PUBLIC_URL: 'https://hooks.example.com/in/', TRUST_PROXY: '127.0.0.1' },
  )
  const post = async (headers: Readonly<Record<string, string>>) =>
    (await app.inject({ method: 'POST', url: '/webhook/square?x=1', headers, payload: body })).statusCode

  it('is verified under PUBLIC_URL, and not under what the request says of its host', async () => {
    assert.equal(await post(signedFor('https://hooks.example.com/in/webhook/square?x=1')), 200)
    const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    assert.equal(await post({ ...forged, ...signedFor('https://evil.example/webhook/square?x=1') }), 401)
    assert.equal(await post({ ...forged, ...signedFor('http://evil.example/webhook/square?x=1') }), 401)
    assert.ok(!JSON.stringify(lines).includes(secret))
  })
})
