import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type Cleanup, type Gateway, startGateway } from '../support/gateway.ts'
import { type Answer, send } from '../support/http.ts'
import { webhookSignature } from '../support/sign.ts'

const body = '{"type":"deploy.finished"}'
const secret = randomBytes(24).toString('hex')
const signed = { 'x-webhook-signature': webhookSignature(secret, body) }
/** Documentation addresses (RFC 5737): nobody's. */
const [sender, stranger] = ['192.0.2.10', '198.51.100.7']

type Headers = Readonly<Record<string, string>>

const post = (gateway: Gateway, source: string, headers: Headers = {}): Promise<Answer> =>
  send(gateway.port, { path: `/webhook/${source}`, headers: { 'content-type': 'application/json', ...headers }, body })

async function status(gateway: Gateway, source: string, headers: Headers = {}): Promise<number> {
  const { status, text } = await post(gateway, source, headers)
  if (status === 401) assert.equal(text, '{"error":"Invalid signature."}')
  return status
}

const forwardedFor = (...addresses: readonly string[]) => ({ 'X-Forwarded-For': addresses.join(', ') })

describe('allowed addresses', () => {
  const start = (t: Cleanup, env: Headers) =>
    startGateway(t, {
      ACME_WEBHOOK_SECRET: secret,
      OPEN_WEBHOOK_SECRET: secret,
      RAILWAY_WEBHOOK_UNSIGNED: 'true',
      ...env,
    })

  it('are asked for beside the secret, or alone where the operator says so', async (t) => {
    const here = { ACME_WEBHOOK_ALLOW: '127.0.0.0/8', RAILWAY_WEBHOOK_ALLOW: '2001:db8::/32 127.0.0.1' }
    const gateway = await start(t, { ...here, REQUIRE_SIGNATURE: 'false' })
    assert.equal(await status(gateway, 'acme', signed), 200)
    assert.equal(await status(gateway, 'acme'), 401, 'the address is not enough')
    assert.equal(await status(gateway, 'railway'), 200)
    assert.equal(await status(gateway, 'anything'), 401, 'other paths stay closed')
    const line = await gateway.logged(({ msg, source }) => msg === 'event received' && source === 'railway')
    assert.equal(line['scheme'], undefined)
  })

  it('refuse others with the one answer, and tell the operator alone', async (t) => {
    const gateway = await start(t, { ACME_WEBHOOK_ALLOW: sender, RAILWAY_WEBHOOK_ALLOW: sender })
    assert.equal(await status(gateway, 'acme', signed), 401)
    assert.equal(await status(gateway, 'railway'), 401)
    assert.equal(await status(gateway, 'open', signed), 200, 'a source without a list takes anybody')
    const line = await gateway.logged(({ cause }) => cause === 'address')
    assert.deepEqual([line['code'], line['source'], line['ip']], ['INVALID_SIGNATURE', 'acme', '127.0.0.1'])
    const { status: method } = await send(gateway.port, { method: 'GET', path: '/webhook/acme' })
    assert.equal(method, 405, 'another method says nothing of the list')
  })

  it('hold for the challenges by which a sender registers', async (t) => {
    const ask = async (gateway: Gateway) => {
      const query = 'hub.mode=subscribe&hub.verify_token=told-to-strava&hub.challenge=c1'
      const { status, text } = await send(gateway.port, { method: 'GET', path: `/webhook/strava?${query}` })
      return [status, text]
    }
    const env = { STRAVA_WEBHOOK_SECRET: secret, STRAVA_WEBHOOK_VERIFY_TOKEN: 'told-to-strava' }
    const elsewhere = { ACME_WEBHOOK_ALLOW: sender, RAILWAY_WEBHOOK_ALLOW: sender }
    const allowed = await start(t, { ...env, ...elsewhere, STRAVA_WEBHOOK_ALLOW: '127.0.0.1' })
    assert.deepEqual(await ask(allowed), [200, '{"hub.challenge":"c1"}'])
    const refused = await start(t, { ...env, ...elsewhere, STRAVA_WEBHOOK_ALLOW: sender })
    assert.deepEqual(await ask(refused), [405, '{"error":"Use POST."}'])
    for (const gateway of [allowed, refused]) {
      const preflight = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' }
      const asked = { method: 'OPTIONS', path: '/webhook/strava', headers: preflight }
      assert.equal((await send(gateway.port, asked)).status, 204)
    }
  })

  it('know an IPv4 sender on a socket for both', async (t) => {
    const gateway = await start(t, { HOST: '::', ACME_WEBHOOK_ALLOW: '127.0.0.1', RAILWAY_WEBHOOK_ALLOW: '10.0.0.0/8' })
    assert.equal(await status(gateway, 'acme', signed), 200)
    assert.equal(await status(gateway, 'railway'), 401)
    const line = await gateway.logged(({ cause }) => cause === 'address')
    assert.match(String(line['ip']), /^(?:::ffff:)?127\.0\.0\.1$/)
  })

  it('refuse before the body is there', async (t) => {
    const gateway = await start(t, { ACME_WEBHOOK_ALLOW: sender, RAILWAY_WEBHOOK_ALLOW: sender })
    const large = Buffer.alloc(4 * 1024 * 1024, 'x')
    const answer = await send(gateway.port, { path: '/webhook/acme', headers: signed, body: large })
    assert.deepEqual([answer.status, answer.text], [401, '{"error":"Invalid signature."}'])
  })

  it('believe no X-Forwarded-For while no proxy is trusted, and say what is missing', async (t) => {
    const gateway = await start(t, { ACME_WEBHOOK_ALLOW: sender, RAILWAY_WEBHOOK_ALLOW: '127.0.0.1' })
    for (const header of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'CF-Connecting-IP', 'True-Client-IP']) {
      const value = header === 'Forwarded' ? `for=${sender}` : sender
      assert.equal(await status(gateway, 'acme', { ...signed, [header]: value }), 401, header)
    }
    await gateway.logged(({ msg }) => /none of those allowed .*TRUST_PROXY must be set/.test(msg))
    // Behind a proxy that nobody trusts, its own address lets everybody in.
    for (const _ of [1, 2]) assert.equal(await status(gateway, 'railway', forwardedFor(stranger)), 200)
    await gateway.logged(({ msg, source }) => source === 'railway' && /seems to be a proxy’s/.test(msg))
    assert.equal(await status(gateway, 'railway'), 200)
    await gateway.stop()
    assert.equal(gateway.lines.filter(({ msg }) => /seems to be a proxy’s/.test(msg)).length, 1, 'said once')
  })

  it('judge what a trusted proxy says, and only its own word', async (t) => {
    const gateway = await start(t, {
      ACME_WEBHOOK_ALLOW: sender,
      RAILWAY_WEBHOOK_ALLOW: `${sender} 2001:db8::/32`,
      TRUST_PROXY: '127.0.0.1',
    })
    for (const source of ['acme', 'railway']) {
      assert.equal(await status(gateway, source, { ...signed, ...forwardedFor(sender) }), 200)
      assert.equal(await status(gateway, source, { ...signed, ...forwardedFor(`::ffff:${sender}`) }), 200)
      assert.equal(await status(gateway, source, { ...signed, ...forwardedFor(stranger) }), 401)
      assert.equal(await status(gateway, source, signed), 401, 'the proxy itself')
      // What the sender wrote comes before what the proxy added.
      assert.equal(await status(gateway, source, { ...signed, ...forwardedFor(sender, stranger) }), 401)
      assert.equal(await status(gateway, source, { ...signed, ...forwardedFor(stranger, sender) }), 200)
      for (const junk of ['', 'unknown', `${sender}:443`, '_x', `"${sender}"`]) {
        assert.equal(await status(gateway, source, { ...signed, 'X-Forwarded-For': junk }), 401, junk)
      }
      assert.equal(await status(gateway, source, { ...signed, 'X-Real-IP': sender }), 401)
    }
    assert.equal(await status(gateway, 'railway', forwardedFor('2001:DB8:0::1')), 200)
    assert.equal(await status(gateway, 'railway', forwardedFor('2001:db9::1')), 401)
  })

  it('take the address from the header of the trusted proxy’s choice, and from no other', async (t) => {
    const env = { ACME_WEBHOOK_ALLOW: sender, RAILWAY_WEBHOOK_ALLOW: sender, TRUST_PROXY: '127.0.0.1' }
    const gateway = await start(t, { ...env, TRUST_PROXY_HEADER: 'X-Real-IP' })
    const edge = forwardedFor(stranger, '203.0.113.9')
    assert.equal(await status(gateway, 'acme', { ...signed, ...edge, 'X-Real-IP': sender }), 200)
    assert.equal(await status(gateway, 'acme', { ...signed, ...forwardedFor(sender), 'X-Real-IP': stranger }), 401)
    assert.equal(await status(gateway, 'acme', { ...signed, ...forwardedFor(sender) }), 401, 'without the header')
    assert.equal(await status(gateway, 'acme', { ...signed, 'X-Real-IP': `${stranger}, ${sender}` }), 401)
    const twice = ['X-Real-IP', stranger, 'X-Real-IP', sender, ...Object.entries(signed).flat()]
    const doubled = await send(gateway.port, { path: '/webhook/acme', headers: twice, body })
    assert.equal(doubled.status, 401, 'two of them')
    const line = await gateway.logged(({ ip }) => ip === stranger)
    assert.equal(line['cause'], 'address')
  })

  it('believe that header from nobody but a trusted proxy', async (t) => {
    const gateway = await start(t, {
      ACME_WEBHOOK_ALLOW: sender,
      RAILWAY_WEBHOOK_ALLOW: sender,
      TRUST_PROXY: '203.0.113.1',
      TRUST_PROXY_HEADER: 'X-Real-IP',
    })
    assert.equal(await status(gateway, 'acme', { ...signed, 'X-Real-IP': sender }), 401)
    assert.equal(await status(gateway, 'railway', { ...forwardedFor(sender), 'X-Real-IP': sender }), 401)
  })
})
