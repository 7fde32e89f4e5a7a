import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { assertHealthy } from '../support/health.ts'
import { exchange, send } from '../support/http.ts'
import { hmacHex, hookmeshSignature, nowSeconds, slackHeaders, webhookSignature } from '../support/sign.ts'

const random = () => randomBytes(24).toString('hex')
const base64 = () => randomBytes(24).toString('base64')

const secrets = {
  WEBHOOK_SECRET: random(),
  WEBHOOK_SECRET_PREVIOUS: random(),
  GITHUB_WEBHOOK_SECRET: random(),
  STRIPE_WEBHOOK_SECRET: `whsec_${random()}`,
  SHOPIFY_WEBHOOK_SECRET: random(),
  SLACK_WEBHOOK_SECRET: random(),
  HOOKMESH_WEBHOOK_SECRET: random(),
  STANDARD_WEBHOOKS_WEBHOOK_SECRET: `whsec_${base64()}`,
  FORWARD_SECRET: `whsec_${base64()}`,
}

/** Everything that must not be seen: the secrets, and each signature that is sent. */
const hidden = new Set<string>(Object.values(secrets))

/** Takes note of what looks like a signature, in hex or base64. */
function noted<T extends Readonly<Record<string, string>>>(headers: T): T {
  for (const [, signature = ''] of Object.values(headers)
    .join(' ')
    .matchAll(/([0-9a-fA-F]{40,}|[A-Za-z0-9+/]{43}=)/g)) {
    hidden.add(signature)
  }
  return headers
}

test('no secret and no signature is ever logged or answered, whatever is sent and however much is logged', async (t) => {
  const gateway = await startGateway(t, {
    ...secrets,
    LOG_LEVEL: 'trace',
    LOG_PAYLOADS: 'true',
    ECHO: 'false',
    BODY_LIMIT: '1mb',
    REQUEST_TIMEOUT_SECONDS: '2',
    HEADERS_TIMEOUT_SECONDS: '1',
    FORWARD_URL: 'http://user:p4ssw0rd-of-the-destination@127.0.0.1:9/hidden?token=t0ken-of-the-destination',
  })
  const { port } = gateway
  hidden.add('p4ssw0rd-of-the-destination').add('t0ken-of-the-destination')
  let answers = ''
  const post = async (path: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array) => {
    const { text, headers: own } = await send(port, { path: `/webhook/${path}`, headers: noted(headers), body })
    answers += `${JSON.stringify(own)}${text}`
  }
  const now = nowSeconds()
  const standardSignature = (secret: string, id: string, time: number, body: string) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    return `v1,${Buffer.from(hmacHex(key, `${id}.${time}.${body}`), 'hex').toString('base64')}`
  }
  /** What each source would send, with this body, key and time. */
  const signed = (body: string, key: (secret: string) => string, time: number) => ({
    x: { 'x-webhook-signature': webhookSignature(key(secrets.WEBHOOK_SECRET), body) },
    y: { 'x-webhook-signature': webhookSignature(key(secrets.WEBHOOK_SECRET_PREVIOUS), body) },
    github: { 'x-hub-signature-256': webhookSignature(key(secrets.GITHUB_WEBHOOK_SECRET), body) },
    stripe: { 'stripe-signature': hookmeshSignature(key(secrets.STRIPE_WEBHOOK_SECRET), body, time) },
    hookmesh: { 'x-hookmesh-signature': hookmeshSignature(key(secrets.HOOKMESH_WEBHOOK_SECRET), body, time) },
    slack: slackHeaders(key(secrets.SLACK_WEBHOOK_SECRET), body, time),
    shopify: {
      'x-shopify-hmac-sha256': Buffer.from(hmacHex(key(secrets.SHOPIFY_WEBHOOK_SECRET), body), 'hex').toString(
        'base64',
      ),
    },
    'standard-webhooks': {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(time),
      'webhook-signature': standardSignature(key(secrets.STANDARD_WEBHOOKS_WEBHOOK_SECRET), 'msg_1', time, body),
    },
  })

  const json = { 'content-type': 'application/json' }
  const leaky = JSON.stringify({ id: 'evt_1', type: 'told', secrets: Object.values(secrets) })
  for (const body of [leaky, '{', 'x'.repeat(9000)]) {
    for (const time of [now, now - 9999]) {
      for (const key of [(secret: string) => secret, () => 'another secret']) {
        for (const [source, headers] of Object.entries(signed(body, key, time))) {
          await post(source, { ...json, ...headers }, body)
          // Malformed: cut, and under another provider's name.
          const cut = Object.entries(headers).map(([name, value]) => [name, value.slice(0, -1)])
          await post(source, { ...json, ...Object.fromEntries(cut) }, body)
          await post(source === 'github' ? 'stripe' : 'github', { ...json, ...headers }, body)
        }
      }
    }
  }

  const good = webhookSignature(secrets.WEBHOOK_SECRET, '{}')
  const extra = {
    'x-webhook-signature': good,
    authorization: `Bearer ${secrets.WEBHOOK_SECRET}`,
    cookie: `s=${random()}`,
  }
  hidden.add(extra.cookie.slice(2))
  await post('x', extra, '{}')
  await post('%00', extra, '{}')
  await post('x', { ...extra, 'x-event-type': '' }, '{}')
  await post('x', { ...extra, 'idempotency-key': 'a', 'Idempotency-Key': 'b' }, '{}')
  await post('x', extra, Buffer.alloc(1024 * 1024 + 1))
  await post('a/b', extra, '{}')
  await post('%zz', extra, '{}')
  noted(extra)
  const header = `Host: a\r\nX-Webhook-Signature: ${good}\r\nAuthorization: Bearer ${secrets.WEBHOOK_SECRET}\r\n`
  answers += await exchange(
    port,
    `POST /webhook/x HTTP/1.1\r\n${header}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
  )
  answers += await exchange(
    port,
    `POST /webhook/x HTTP/1.1\r\n${header}Content-Length: 100\r\n\r\n${secrets.WEBHOOK_SECRET}`,
  )
  answers += await exchange(port, `POST /webhook/x HTTP/1.1\r\n${header}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
  for (const method of ['GET', 'PUT', 'TRACE']) {
    const { text } = await send(port, { method, path: '/webhook/x', headers: extra })
    answers += text
  }

  await assertHealthy(port, (body) => ({ 'x-webhook-signature': webhookSignature(secrets.WEBHOOK_SECRET, body) }))
  await gateway.stop()
  const log = gateway.output()
  for (const code of [
    'INVALID_SIGNATURE',
    'EXPIRED',
    'INVALID_JSON',
    'INVALID_EVENT',
    'DOUBLED_ID',
    'TOO_LARGE',
    'METHOD_NOT_ALLOWED',
  ]) {
    assert.ok(log.includes(`"code":"${code}"`), `${code} was part of this`)
  }
  assert.match(log, /"msg":"event received"/)
  for (const text of hidden) {
    assert.ok(
      !log.includes(text),
      `the log has ${text}: …${log.slice(Math.max(0, log.indexOf(text) - 200), log.indexOf(text))}`,
    )
    assert.ok(!answers.includes(text), `an answer has ${text}`)
  }
  // Bytes as a list of numbers are no better.
  assert.ok(!log.includes('rawPacket'))
})
