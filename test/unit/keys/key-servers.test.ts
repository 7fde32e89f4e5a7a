import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { operatorNetworks, publicOnly } from '../../../src/net/guard.ts'
import { createGuardedConnector } from '../../../src/net/guarded-connector.ts'
import { createHttpsClient } from '../../../src/net/https-client.ts'
import type { Provider } from '../../../src/providers/types.ts'
import { compileFetchingVerifier, compileVerifier } from '../../../src/verification/compile.ts'
import type { SourceSecrets } from '../../../src/verification/types.ts'
import { makeCertificate } from '../../support/certificates.ts'
import type { Cleanup } from '../../support/gateway.ts'
import { startKeyServer } from '../../support/key-server.ts'
import { providerNamed, readFetchedVectors, requestOf } from '../verification/requests.ts'

const start = Date.parse('2026-01-01T00:00:00Z')

/** A provider's first vector, judged by a clock that can be moved. */
async function setUp(
  t: Cleanup,
  provider: string,
  change: (row: Provider) => Provider = (row) => row,
  secrets: Partial<SourceSecrets> = {},
) {
  const [vector] = readFetchedVectors(provider)
  assert.ok(vector)
  const clock = { now: vector.nowSeconds * 1000 }
  const urls = [...Object.keys(vector.keys), ...Object.values(secrets).filter((secret) => URL.canParse(secret ?? ''))]
  const server = await startKeyServer(
    t,
    urls.map((url) => new URL(url ?? '').hostname),
  )
  for (const [url, body] of Object.entries(vector.keys)) server.answers.set(url, { body })
  const keys = await server.openKeys(() => clock.now)
  const verify = compileFetchingVerifier(
    change(providerNamed(provider)),
    { current: vector.secret, previous: null, ...secrets },
    { toleranceSeconds: 1e9 },
    keys,
  )
  const judge = async (headers = vector.headers, body = vector.body) => {
    const verdict = await verify(requestOf(headers, body), clock.now)
    return verdict.ok ? 'ok' : `${verdict.cause}: ${verdict.detail}`
  }
  return { vector, clock, server, verify, judge }
}

/** Makes a row give up after 100 ms. */
const hurried = (row: Provider): Provider => ({ ...row, deadlineSeconds: 0.2 })

/** The row with a second proof, which proves less. */
const withEasyProof = (row: Provider): Provider => ({
  ...row,
  schemes: [{ name: 'easy', kind: 'token', at: 'header:x-easy', key: { form: 'utf8' } }, ...row.schemes],
})

describe('a request whose key nobody can get', () => {
  it('is not given the easier proof', async (t) => {
    const { server, judge, vector } = await setUp(t, 'fal', withEasyProof)
    const easy = { 'content-type': 'application/json', 'x-easy': vector.secret }
    for (const url of server.answers.keys()) server.answers.set(url, { status: 500 })
    assert.equal(await judge(easy), 'ok')
    assert.match(await judge({ ...vector.headers, ...easy }), /^unavailable/)
  })

  it('is not given the easier proof where nothing is fetched', async (t) => {
    const { vector, clock } = await setUp(t, 'fal')
    const secrets = { current: vector.secret, previous: null }
    const verify = compileVerifier(withEasyProof(providerNamed('fal')), secrets, { toleranceSeconds: 1e9 })
    const easy = { 'x-easy': vector.secret }
    assert.ok(verify(requestOf(easy, vector.body), clock.now).ok)
    const verdict = verify(requestOf({ ...vector.headers, ...easy }, vector.body), clock.now)
    assert.equal(verdict.ok ? 'ok' : verdict.cause, 'unavailable')
  })

  for (const which of ['current', 'previous'] as const) {
    it(`is not refused for good because the ${which === 'current' ? 'previous' : 'current'} account does not know the key`, async (t) => {
      const other = 'https://other.kinde.com'
      const away = readFetchedVectors('kinde')[0]?.secret ?? ''
      const secrets = which === 'current' ? { current: away, previous: other } : { current: other, previous: away }
      const { server, judge } = await setUp(t, 'kinde', undefined, secrets)
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'another', alg: 'RS256', use: 'sig' }]
      for (const url of [...server.answers.keys()]) {
        server.answers.set(url, { status: 500 })
        server.answers.set(url.replace(away, other), { body: JSON.stringify({ keys }) })
      }
      assert.match(await judge(), /^unavailable/)
      assert.equal(server.asked.length, 2)
    })
  }
})

describe('a key server', () => {
  it('that does not answer costs half of what the sender waits, and refuses with 503', async (t) => {
    const { server, judge } = await setUp(t, 'kinde', hurried)
    for (const url of server.answers.keys()) server.answers.set(url, 'hang')
    assert.match(await judge(), /^unavailable: The keys of kinde cannot be fetched: /)
  })

  it('that asks for a token first is not given more time for it', async (t) => {
    const { server, judge } = await setUp(t, 'ebay', hurried)
    for (const url of server.answers.keys()) if (url.includes('public_key')) server.answers.set(url, 'hang')
    assert.match(await judge(), /^unavailable/)
  })

  it('is not believed under a certificate for another name', async (t) => {
    const { server, vector } = await setUp(t, 'kinde')
    const client = createHttpsClient(server.connectorFor())
    t.after(() => client.close())
    await assert.rejects(client.request({ url: 'https://evil.example/', timeoutMs: 2000 }), /altnames/)
    const [url = ''] = Object.keys(vector.keys)
    assert.equal((await client.request({ url, timeoutMs: 2000 })).status, 200)
    await assert.rejects(client.request({ url: url.replace('https:', 'http:'), timeoutMs: 2000 }), /only plain https/)
  })

  it('is not spoken to when the connection leads to another network than was allowed, however it came about', async (t) => {
    const { server } = await setUp(t, 'kinde')
    const { port } = server
    for (const policy of [publicOnly, operatorNetworks]) {
      const connector = createGuardedConnector({ policy, timeoutMs: 2000, ca: server.certificate })
      const httpSocket = connect(port, '127.0.0.1')
      const target = {
        hostname: 'example.kinde.com',
        host: 'example.kinde.com',
        protocol: 'https:',
        port: String(port),
        httpSocket,
      }
      const outcome = await new Promise<string>((resolve) =>
        connector(target, (...[error, socket]) => {
          resolve(error === null ? 'connected' : 'code' in error ? String(error.code) : error.message)
          socket?.destroy()
        }),
      )
      httpSocket.destroy()
      assert.equal(outcome, policy === publicOnly ? 'EBLOCKED' : 'connected')
    }
  })

  it('may refuse a token before its end: a new one is fetched', async (t) => {
    const { server, judge, clock, vector } = await setUp(t, 'ebay')
    const [tokenUrl = '', keyUrl = ''] = Object.keys(vector.keys)
    assert.equal(await judge(), 'ok')
    const { headers, body } = server.asked[0] ?? {}
    const credentials = vector.secret.split(':').join(':')
    assert.equal(headers?.['authorization'], `Basic ${Buffer.from(credentials).toString('base64')}`)
    assert.equal(body, 'grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope')
    const key = server.answers.get(keyUrl)
    server.answers.set(tokenUrl, { body: JSON.stringify({ access_token: 'second', expires_in: 7200 }) })
    server.answers.set(keyUrl, ({ headers: { authorization } }) =>
      authorization === 'Bearer second' && typeof key === 'object' ? key : { status: 401 },
    )
    clock.now += 3600_000
    assert.equal(await judge(), 'ok')
    assert.deepEqual(
      server.asked.slice(2).map(({ method, url }) => `${method} ${url}`),
      [`GET ${keyUrl}`, `POST ${tokenUrl}`, `GET ${keyUrl}`],
    )
  })

  it('of Plaid is posted the credentials and the id, and says which ids it does not know, and which keys have ended', async (t) => {
    const { server, judge, clock, vector } = await setUp(t, 'plaid')
    const [url = ''] = Object.keys(vector.keys)
    const [clientId, secret] = vector.secret.split(':')
    assert.equal(await judge(), 'ok')
    assert.deepEqual(JSON.parse(server.asked[0]?.body ?? ''), {
      client_id: clientId,
      secret,
      key_id: 'bfbd5111-8e33-4643-8ced-b2e642a72f3c',
    })
    const answer = JSON.parse(vector.keys[url] ?? '')
    server.answers.set(url, { body: JSON.stringify({ key: { ...answer.key, expired_at: start / 1000 + 90_000 } }) })
    clock.now += 86_400_000
    assert.equal(await judge(), 'ok')
    clock.now += 3600_000
    assert.match(await judge(), /^mismatch: The key of plaid is no longer valid/)
    server.answers.set(url, { status: 400, body: '{"error_code":"INVALID_WEBHOOK_VERIFICATION_KEY_ID"}' })
    clock.now += 86_400_000
    assert.match(await judge(), /^mismatch: plaid knows no key of that id/)
    server.answers.set(url, { status: 400, body: '{"error_code":"INVALID_API_KEYS"}' })
    clock.now += 60_000
    assert.match(await judge(), /^unavailable: .* production.plaid.com answered 400/)
  })

  it('that has a new key without an id is asked again when a signature fits none, once in 5 minutes', async (t) => {
    const { server, judge, clock, vector } = await setUp(t, 'fal')
    const [url = ''] = Object.keys(vector.keys)
    const other = { keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] }
    server.answers.set(url, { body: JSON.stringify(other) })
    assert.match(await judge(), /^mismatch/)
    server.answers.set(url, { body: vector.keys[url] ?? '' })
    assert.match(await judge(), /^mismatch/)
    assert.equal(server.asked.length, 1)
    clock.now += 300_000
    assert.equal(await judge(), 'ok')
    assert.equal(server.asked.length, 2)
  })

  it('is never asked for a key whose id could not be the sender’s, or for an algorithm of another kind', async (t) => {
    const { server, judge } = await setUp(t, 'plaid')
    for (const header of [
      { alg: 'ES256' },
      { alg: 'ES256', kid: '../../x' },
      { alg: 'ES256', kid: 7 },
      { alg: 'none', kid: 'k' },
      { alg: 'HS256', kid: 'k' },
      null,
    ]) {
      const jwt = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.AAAA`
      assert.match(
        await judge({ 'plaid-verification': jwt }),
        /^malformed: The JWT in the plaid-verification header names/,
      )
    }
    assert.match(await judge({ 'plaid-verification': '....' }), /^malformed/)
    assert.match(await judge({}), /^missing/)
    assert.deepEqual(server.asked, [])
  })
})

describe('a certificate', () => {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = (changes: { commonName?: string; publicKey?: KeyObject; from?: number; until?: number } = {}) =>
    makeCertificate({
      commonName: changes.commonName ?? 'messageverificationcerts.paypal.com',
      publicKey: changes.publicKey ?? signer.publicKey,
      issuer: 'Example',
      signingKey: issuer.privateKey,
      validFrom: new Date(start + (changes.from ?? -1000)),
      validUntil: new Date(start + (changes.until ?? 1000)),
    })
  const cases: readonly (readonly [what: string, pem: string, outcome: RegExp])[] = [
    ['within its dates is used', certificate(), /^ok$/],
    ['that is not valid yet refuses', certificate({ from: 1000, until: 2000 }), /^mismatch: .*not valid yet/],
    ['that has ended refuses', certificate({ from: -2000, until: -1000 }), /^mismatch: .*no longer valid/],
    ['in another name is none', certificate({ commonName: 'www.paypal.com' }), /^unavailable: .*in another name/],
    [
      'in a longer name is none',
      certificate({ commonName: 'messageverificationcerts.paypal.com.evil.example' }),
      /another name/,
    ],
    [
      'for another kind of key is none',
      certificate({ publicKey: issuer.publicKey }),
      /^unavailable: .*no key of the kind/,
    ],
    [
      'that cannot be read is none',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      /^unavailable: .*no certificate/,
    ],
  ]
  for (const [what, pem, outcome] of cases) {
    it(what, async (t) => {
      const { server, judge, vector } = await setUp(t, 'paypal')
      const [url = ''] = Object.keys(vector.keys)
      server.answers.set(url, { body: pem })
      const { headers } = vector
      const signed = `${headers['paypal-transmission-id']}|${headers['paypal-transmission-time']}|${vector.secret}|${crc32(vector.body)}`
      const signature = sign('sha256', Buffer.from(signed), signer.privateKey).toString('base64')
      assert.match(await judge({ ...headers, 'paypal-transmission-sig': signature }), outcome)
    })
  }

  it('is asked for only where PayPal has them', async (t) => {
    const { server, judge, vector } = await setUp(t, 'paypal')
    for (const url of [
      'http://api.paypal.com/v1/notifications/certs/CERT-1-2-3',
      'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1-2-3',
      'https://evil.example/v1/notifications/certs/CERT-1-2-3',
      'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1-2-3',
      'https://api.paypal.com/v1/notifications/certs/../x',
      'https://www.paypal.com/v1/notifications/certs/CERT-1-2-3',
      'https://api.paypal.com:444/v1/notifications/certs/CERT-1-2-3',
    ]) {
      assert.match(
        await judge({ ...vector.headers, 'paypal-cert-url': url }),
        /^malformed: .*cannot be the sender's/,
        url,
      )
    }
    assert.deepEqual(server.asked, [])
  })
})
