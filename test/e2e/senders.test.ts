import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { after, describe, it, test } from 'node:test'
import { sign as octokitSign } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { hookmeshSignature, nowSeconds, slackHeaders } from '../support/sign.ts'

const json = { 'content-type': 'application/json' }
const secrets = {
  STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('hex')}`,
  GITHUB_WEBHOOK_SECRET: 'It’s a secret to everybody, as long as it has this many letters',
  STANDARD_WEBHOOKS_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  HOOKMESH_WEBHOOK_SECRET: `hm_${randomBytes(24).toString('hex')}`,
  SLACK_WEBHOOK_SECRET: randomBytes(16).toString('hex'),
}

describe("the senders' own libraries, over a socket", async () => {
  const { port } = await startGateway({ after }, secrets)

  it('stripe signs what is taken, once', async () => {
    const stripe = new Stripe('sk_test_unused')
    const body = JSON.stringify({
      id: 'evt_1MqqbKLt4dXK03v5qaIbiNCC',
      object: 'event',
      type: 'invoice.paid',
      note: 'é \u{1f4ef}',
    })
    const secret = secrets.STRIPE_WEBHOOK_SECRET
    for (const duplicate of [false, true]) {
      // Each attempt is signed anew, as Stripe does.
      const timestamp = nowSeconds() - (duplicate ? 0 : 10)
      const signature = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
      const answer = await send(port, {
        path: '/webhook/stripe',
        headers: { ...json, 'stripe-signature': signature },
        body,
      })
      assert.equal(answer.status, 200, answer.text)
      assert.match(answer.text, new RegExp(`"event":"invoice.paid".*"duplicate":${duplicate}`))
    }
    const late = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: nowSeconds() - 400 })
    const answer = await send(port, { path: '/webhook/stripe', headers: { ...json, 'stripe-signature': late }, body })
    assert.deepEqual([answer.status, answer.text], [401, '{"error":"Request expired."}'])
  })

  it('@octokit/webhooks-methods signs what is taken, JSON and form', async () => {
    const payload = JSON.stringify({ zen: 'Mind your words, they are important — ü' })
    for (const [contentType, body] of [
      ['application/json', payload],
      ['application/x-www-form-urlencoded', new URLSearchParams({ payload }).toString()],
    ] as const) {
      const headers = {
        'content-type': contentType,
        'x-github-event': 'ping',
        'x-github-delivery': crypto.randomUUID(),
        'x-hub-signature-256': await octokitSign(secrets.GITHUB_WEBHOOK_SECRET, body),
      }
      const answer = await send(port, { path: '/webhook/github', headers, body })
      assert.equal(answer.status, 200, answer.text)
      assert.match(answer.text, /"event":"ping".*"duplicate":false}$/)
      assert.match((await send(port, { path: '/webhook/github', headers, body })).text, /"duplicate":true/)
      assert.equal((await send(port, { path: '/webhook/github', headers, body: `${body} ` })).status, 401)
    }
  })

  it('standardwebhooks signs what is taken', async () => {
    const webhook = new Webhook(secrets.STANDARD_WEBHOOKS_WEBHOOK_SECRET)
    const body = '{"type":"contact.created","data":{"id":12345678901234567890}}'
    const date = new Date()
    const headers = {
      ...json,
      'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      'webhook-timestamp': String(Math.floor(date.getTime() / 1000)),
      'webhook-signature': webhook.sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', date, body),
    }
    const answer = await send(port, { path: '/webhook/standard-webhooks', headers, body })
    assert.equal(answer.status, 200, answer.text)
    assert.match(answer.text, /"event":"contact.created"/)
  })

  it("Slack's handshake is answered and Hook Mesh is taken", async () => {
    const handshake = '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd","type":"url_verification"}'
    const headers = { ...json, ...slackHeaders(secrets.SLACK_WEBHOOK_SECRET, handshake) }
    const answer = await send(port, { path: '/webhook/slack', headers, body: handshake })
    assert.deepEqual([answer.status, answer.text], [200, '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd'])

    const body = '{"id":"evt_1","type":"order.created"}'
    const signed = { ...json, 'x-hookmesh-signature': hookmeshSignature(secrets.HOOKMESH_WEBHOOK_SECRET, body) }
    assert.equal((await send(port, { path: '/webhook/hookmesh', headers: signed, body })).status, 200)
  })
})

test('an event is answered before it is processed, and delivered exactly as it came', async (t) => {
  const answered = Promise.withResolvers<void>()
  const delivered = Promise.withResolvers<{
    body: Buffer
    type: string | undefined
    headers: NodeJS.Dict<string | string[]>
  }>()
  const receiver = createServer(async (request, response) => {
    const body = await buffer(request)
    // Whoever processed the event before answering it would wait here for ever.
    await answered.promise
    response.end()
    delivered.resolve({ body, type: request.headers['content-type'], headers: request.headers })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  t.after(() => receiver.close())
  const address = receiver.address()
  assert.ok(address !== null && typeof address === 'object')

  const secret = secrets.HOOKMESH_WEBHOOK_SECRET
  const { port } = await startGateway(t, {
    HOOKMESH_WEBHOOK_SECRET: secret,
    FORWARD_URL: `http://127.0.0.1:${address.port}/events`,
  })
  const body = '{ "id": "evt_1", "type": "order.created", "n": 1.0 }'
  const headers = { ...json, 'x-hookmesh-signature': hookmeshSignature(secret, body) }
  const answer = await send(port, { path: '/webhook/hookmesh', headers, body })
  assert.equal(answer.status, 200, answer.text)
  answered.resolve()
  const delivery = await delivered.promise
  assert.equal(delivery.body.toString(), body)
  assert.equal(delivery.type, 'application/json')
  assert.equal(delivery.headers['x-hookmesh-signature'], headers['x-hookmesh-signature'])
})

test('an event that came before the process was killed is a duplicate after it', async (t) => {
  const first = await startGateway(t)
  const body = '{"event_id":"once-and-only-once"}'
  const before = await send(first.port, { path: '/webhook/x', headers: json, body })
  assert.equal(before.status, 200)
  const { id } = JSON.parse(before.text)
  await first.kill()

  const second = await startGateway(t, { DATA_DIR: first.dataDir })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => send(second.port, { path: '/webhook/x', headers: json, body })),
  )
  for (const answer of answers) {
    assert.deepEqual(JSON.parse(answer.text), { message: 'Duplicate event ignored.', event: 'x', id, duplicate: true })
  }
  assert.equal(await second.stop(), 0)
})

test('an event that comes over many connections at once is stored once', async (t) => {
  const { port, lines, stop } = await startGateway(t)
  const headers = { 'webhook-id': 'msg_1' }
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => send(port, { path: '/webhook/x', headers, body: 'same' })),
  )
  const bodies = answers.map(({ text }) => JSON.parse(text))
  assert.equal(bodies.filter(({ duplicate }) => duplicate === false).length, 1)
  assert.equal(new Set(bodies.map(({ id }) => id)).size, 1)
  await stop()
  assert.equal(lines.filter(({ msg }) => msg === 'event received').length, 1)
  assert.equal(lines.filter(({ msg }) => msg === 'duplicate').length, 99)
})
