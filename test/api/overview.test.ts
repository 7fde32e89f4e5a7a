import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { withTrace } from '../../src/tracing/stored-trace.ts'
import { newEvent } from '../support/events.ts'
import { openApi } from './support.ts'

const secret = 'a-secret-that-nobody-may-see'
const signed = (body: string, key: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  'x-github-event': 'push',
})

describe('the overview', () => {
  it('says what happened of late, what waits, and what to see to', async (t) => {
    const { get, post, app, store } = await openApi(t, { GITHUB_WEBHOOK_SECRET: secret })
    const body = '{"a":1}'
    await post('github', body, { ...signed(body, secret), 'x-github-delivery': 'one' })
    await post('github', body, { ...signed(body, secret), 'x-github-delivery': 'one' })
    await app.inject({ method: 'POST', url: '/webhook/github', payload: 'unsigned' })
    // What was refused is written when there is time for it.
    while ((await store.rejections({ limit: 1 })).rejections.length === 0) await new Promise(setImmediate)

    const { json } = await get('/api/overview')
    assert.deepEqual([json.stepMinutes, json.series.length], [1, 60])
    assert.deepEqual(
      [json.totals.accepted, json.totals.duplicates, json.totals.rejected, json.totals.successRate],
      [1, 1, 1, null],
    )
    assert.equal(json.totals.answers.count, 2)
    assert.ok(json.totals.answers.p99 <= json.totals.answers.max)
    const last = json.series.reduce((sum: number, one: { accepted: number }) => sum + one.accepted, 0)
    assert.equal(last, 1)
    assert.deepEqual([json.backlog.pending, json.backlog.dead], [2, 0])
    assert.ok(json.backlog.oldestDueAt)
    assert.match(json.store.durability, /flushed/)
    assert.ok(json.store.disk.free > 0)
    assert.ok(json.warnings.every(({ text }: { text: string }) => text.length > 20))
    assert.ok(!JSON.stringify(json).includes(secret))
  })

  it('counts longer times together, each at the minute at which its count begins', async (t) => {
    const { get, post } = await openApi(t)
    await post('a')
    for (const query of [
      'minutes=10080',
      'minutes=700&step=7',
      'minutes=1&step=1',
      'minutes=60&step=60',
      'minutes=5&step=60',
    ]) {
      const { json, status } = await get(`/api/overview?${query}`)
      assert.equal(status, 200)
      assert.equal(json.totals.accepted, 1, query)
      // The last stretch is the one of now.
      const { at, accepted } = json.series.at(-1)
      assert.equal(accepted, 1, query)
      const own = await get(`/api/statistics?minutes=${json.stepMinutes}`)
      assert.equal(at, own.json.events.at(-1).at, query)
      assert.ok(json.series.length <= 1000)
    }
    const refused = await get('/api/overview?minutes=525600&step=1')
    assert.equal(refused.status, 400)
    assert.match(refused.json.error, /^step: give at least 526/)
  })
})

describe('an event', () => {
  it('says which secret verified it', async (t) => {
    const { get, post } = await openApi(t, {
      GITHUB_WEBHOOK_SECRET: secret,
      GITHUB_WEBHOOK_SECRET_PREVIOUS: 'the-one-before-it',
    })
    const body = '{"a":1}'
    const keys = { current: secret, previous: 'the-one-before-it' }
    for (const [name, key] of Object.entries(keys)) {
      const id = await post('github', body, { ...signed(body, key), 'x-github-delivery': name })
      assert.equal((await get(`/api/events/${id}`)).json.secret, name)
    }
    const { sources } = (await get('/api/sources')).json
    assert.ok(sources[0].secrets.previousUsedAt)
    const open = await openApi(t)
    assert.equal((await open.get(`/api/events/${await open.post('a')}`)).json.secret, null)
  })

  it('names its trace, and is to be had as a command', async (t) => {
    const { get, store } = await openApi(t, { PUBLIC_URL: 'https://hooks.example.com' })
    const traceId = 'ab'.repeat(16)
    const headers = ['X-A', "it's", 'Authorization', 'Bearer s3cret', 'Host', 'x', 'Content-Length', '5']
    const { id } = await store.accept(
      newEvent({
        type: 'user created',
        body: Buffer.from("a 'b'"),
        headers: withTrace(headers, { traceId, spanId: 'cd'.repeat(8), flags: 1 }),
      }),
    )
    assert.equal((await get(`/api/events/${id}`)).json.traceId, traceId)
    const { text, headers: answered } = await get(`/api/events/${id}/curl`)
    assert.match(String(answered['content-type']), /^text\/plain/)
    assert.equal(
      text,
      `curl 'https://hooks.example.com/webhook/user%20created' -H 'x-a: it'\\''s' --data-raw 'a '\\''b'\\'''`,
    )
    assert.equal((await get('/api/events/evt_00000000000/curl')).status, 404)
  })
})

describe('sources', () => {
  it('say how to connect a sender, and what came of late', async (t) => {
    const { get, app } = await openApi(t, {
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      SLACK_WEBHOOK_SECRET: secret,
      META_WEBHOOK_SECRET: secret,
      META_WEBHOOK_VERIFY_TOKEN: 'a-token-of-sixteen',
      PUBLIC_URL: 'https://hooks.example.com',
    })
    const find = async (name: string) =>
      (await get('/api/sources')).json.sources.find((source: { name: string }) => source.name === name)
    const stripe = await find('stripe')
    assert.equal(stripe.toleranceSeconds, 300)
    assert.equal(stripe.lastEvent, null)
    assert.equal(stripe.handshake, null)
    assert.ok(
      stripe.steps.some(({ text }: { text: string }) => text.includes('https://hooks.example.com/webhook/stripe')),
    )
    assert.ok(stripe.steps.some(({ text }: { text: string }) => text.includes('STRIPE_WEBHOOK_SECRET')))

    assert.deepEqual((await find('meta')).handshake, {
      verifyToken: 'set',
      bringsSecret: false,
      lastAt: null,
      answered: null,
    })
    const challenge = (token: string) =>
      app.inject({ url: `/webhook/meta?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1` })
    assert.equal((await challenge('wrong')).statusCode, 403)
    assert.equal((await find('meta')).handshake.answered, false)
    assert.equal((await challenge('a-token-of-sixteen')).statusCode, 200)
    const { lastAt, answered } = (await find('meta')).handshake
    assert.deepEqual([answered, Date.parse(lastAt) > 0], [true, true])

    const unused = await find('default')
    assert.deepEqual([unused.verified, unused.rejectsAll], [false, true])
    assert.equal((await find('meta')).rejectsAll, false)
    assert.ok(!JSON.stringify(await get('/api/sources')).includes(secret))
  })

  it('show the tolerance that counts', async (t) => {
    const { get } = await openApi(t, {
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      GITHUB_WEBHOOK_SECRET: secret,
      TIMESTAMP_TOLERANCE_SECONDS: '60',
    })
    const { sources } = (await get('/api/sources')).json
    const tolerances = Object.fromEntries(
      sources.map(({ name, toleranceSeconds }: { name: string; toleranceSeconds: number | null }) => [
        name,
        toleranceSeconds,
      ]),
    )
    assert.deepEqual([tolerances['stripe'], tolerances['github']], [60, null])
  })
})

describe('settings', () => {
  it('are shown as they count, and secrets not at all', async (t) => {
    const { get } = await openApi(t, {
      GITHUB_WEBHOOK_SECRET: secret,
      FORWARD_URL: 'https://user:pass-word@app.example/hooks?key=quiet http://localhost:4000/a',
      FORWARD_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      PORT: '8080',
      RAILWAY_PUBLIC_DOMAIN: 'hooks.up.railway.app',
    })
    const { json, text } = await get('/api/settings')
    const of = (name: string) => json.settings.find((setting: { name: string }) => setting.name === name)
    assert.deepEqual([of('PORT').value, of('PORT').from], ['8080', 'environment'])
    assert.deepEqual([of('DRAIN_SECONDS').value, of('DRAIN_SECONDS').from], ['5', 'default'])
    assert.deepEqual([of('PUBLIC_URL').value, of('PUBLIC_URL').from], ['https://hooks.up.railway.app', 'platform'])
    for (const name of ['GITHUB_WEBHOOK_SECRET', 'FORWARD_SECRET', 'ADMIN_TOKEN']) {
      const { value, isSet, isSecret } = of(name)
      assert.deepEqual([value, isSet, isSecret], [null, true, true], name)
    }
    assert.equal(of('VIEWER_TOKEN').isSet, false)
    assert.match(of('DATABASE_URL').description, /instead of in DATA_DIR: see docs\/postgres\.md\.$/, 'no Markdown')
    assert.equal(of('FORWARD_URL').value, 'https://[hidden]@app.example/hooks?[hidden] http://localhost:4000/a')
    for (const hidden of [secret, 'pass-word', 'quiet', 'whsec_BwcH', 'f00dcafe'])
      assert.ok(!text.includes(hidden), hidden)
  })
})

describe('providers', () => {
  it('are listed, each with a typical event', async (t) => {
    const { get } = await openApi(t)
    const { providers } = (await get('/api/providers')).json
    assert.ok(providers.length > 140)
    const { json } = await get('/api/providers/github')
    assert.deepEqual([json.title, json.sendable, json.setting], ['GitHub', true, 'GITHUB_WEBHOOK_SECRET'])
    assert.ok(json.sample.headers.some(([name]: [string]) => name === 'x-github-event'))
    assert.equal(typeof JSON.parse(json.sample.body.text), 'object')
    assert.equal((await get('/api/providers/nobody')).status, 404)
  })
})
