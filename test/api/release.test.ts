import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { NewRejection } from '../../src/store/types.ts'
import { hookmeshSignature, slackHeaders, webhookSignature } from '../support/sign.ts'
import { type Api, openApi } from './support.ts'

const secret = 'a-secret-of-a-good-length'
const body = '{"id":"evt_42","type":"order.created","total":42}'
const minute = 60_000

/** Keeps a request as if it had been refused, and gives its id. */
async function keep(api: Api, change: Partial<NewRejection> = {}): Promise<string> {
  const rejection: NewRejection = {
    source: 'default',
    cause: 'mismatch',
    detail: 'The signature in x-webhook-signature fits none of the configured secrets.',
    receivedAt: Date.now() - minute,
    method: 'POST',
    url: '/webhook/order.created',
    remoteAddress: '192.0.2.7',
    headers: ['Content-Type', 'application/json', 'X-Webhook-Signature', webhookSignature(secret, body)],
    body: Buffer.from(body),
    ...change,
  }
  assert.equal(await api.store.reject([rejection]), 1)
  const { rejections } = await api.store.rejections({ limit: 1 })
  return rejections[0]?.id ?? assert.fail('it is not kept')
}

async function events(api: Api) {
  return (await api.get('/api/events')).json.events
}

async function jobEnd(api: Api, id: string) {
  for (let turns = 0; turns < 5_000; turns += 1) {
    const { json } = await api.get(`/api/jobs/${id}`)
    if (json.state !== 'running') return json
    await nextTurn()
  }
  throw new Error('the job does not end')
}

describe('the diagnosis of a rejected request', () => {
  it('is told with it', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: `${secret}\n` })
    const id = await keep(api)
    const { json, text } = await api.get(`/api/rejections/${id}`)
    assert.equal(json.diagnosis.cause, 'secret_white_space')
    assert.equal(json.diagnosis.certainty, 'proven')
    assert.match(json.diagnosis.sentence, /WEBHOOK_SECRET/)
    assert.ok(!text.includes(secret))
  })

  it('asks the times of other sources whether the clock is wrong', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret, ACME_WEBHOOK_SECRET: 'another-secret-of-some-length' })
    const receivedAt = Date.now() - minute
    const signedAt = Math.floor(receivedAt / 1000) - 1800
    const late = (of: string) => [
      'Content-Type',
      'application/json',
      'X-HookMesh-Signature',
      hookmeshSignature(of, body, signedAt),
    ]
    const expired = { cause: 'expired', detail: null, receivedAt }
    await keep(api, {
      ...expired,
      source: 'acme',
      url: '/webhook/acme',
      headers: late('another-secret-of-some-length'),
    })
    const id = await keep(api, { ...expired, headers: late(secret) })
    const { json } = await api.get(`/api/rejections/${id}`)
    assert.equal(json.diagnosis.cause, 'clock_wrong', json.diagnosis.sentence)
  })

  it('knows a GET with a signature for a POST that was redirected', async (t) => {
    const api = await openApi(t, { GITHUB_WEBHOOK_SECRET: secret })
    const headers = { 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` }
    assert.equal((await api.app.inject({ method: 'GET', url: '/webhook/github', headers })).statusCode, 405)
    assert.equal((await api.app.inject({ method: 'GET', url: '/webhook/github' })).statusCode, 405)
    let found = []
    for (let turns = 0; found.length === 0 && turns < 2_000; turns += 1) {
      found = (await api.get('/api/rejections')).json.rejections
      await nextTurn()
    }
    assert.deepEqual(
      found.map(({ cause }: { cause: string }) => cause),
      ['redirected'],
    )
    const { json } = await api.get(`/api/rejections/${found[0].id}`)
    assert.equal(json.diagnosis.cause, 'redirected')
  })
})

describe('releasing a rejected request', () => {
  it('takes it as if it had just arrived', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    const before = Date.now()
    const id = await keep(api)
    const { status, json } = await api.send('POST', `/api/rejections/${id}/release`)
    assert.equal(status, 200)
    assert.deepEqual([json.id, json.outcome, json.type, json.cause], [id, 'released', 'order.created', null])
    const [event, ...more] = await events(api)
    assert.deepEqual(more, [])
    assert.deepEqual([event.id, event.source, event.externalId], [json.eventId, 'default', 'evt_42'])
    assert.ok(Date.parse(event.receivedAt) >= before)
    assert.deepEqual(
      event.deliveries.map((one: { destination: string }) => one.destination),
      ['app', 'crm/hooks'],
    )
    const whole = await api.store.get(json.eventId)
    assert.equal(Buffer.from(whole?.body ?? []).toString(), body)
    assert.equal((await api.get(`/api/rejections/${id}`)).status, 404)
    const line = api.lines.find(({ msg }) => msg === 'event received')
    assert.deepEqual([line?.['id'], line?.['released'], line?.['type']], [json.eventId, id, 'order.created'])
  })

  it('stores it once, however often it is released', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    const id = await keep(api)
    const answers = await Promise.all([1, 2, 3].map(() => api.send('POST', `/api/rejections/${id}/release`)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
    assert.equal((await api.send('POST', `/api/rejections/${id}/release`)).status, 404)
    const again = await keep(api)
    const { json } = await api.send('POST', `/api/rejections/${again}/release`)
    assert.equal(json.outcome, 'duplicate')
    assert.equal((await events(api)).length, 1)
  })

  it('stores one without an id once, even when it could not be taken out of the list', async (t) => {
    let failing = true
    const api = await openApi(t, { WEBHOOK_SECRET: secret }, (store) => ({
      ...store,
      deleteRejection: async (id) => {
        if (!failing) return store.deleteRejection(id)
        failing = false
        throw new Error('the process ended')
      },
    }))
    const nameless = '{"total":42}'
    const headers = ['Content-Type', 'application/json', 'X-Webhook-Signature', webhookSignature(secret, nameless)]
    const id = await keep(api, { headers, body: Buffer.from(nameless) })
    assert.equal((await api.send('POST', `/api/rejections/${id}/release`)).status, 500)
    const { json } = await api.send('POST', `/api/rejections/${id}/release`)
    assert.equal(json.outcome, 'duplicate')
    assert.equal((await events(api)).length, 1)
  })

  it('leaves what is not genuine rejected, and says why', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: `${secret}-of-now` })
    const id = await keep(api)
    const { status, json } = await api.send('POST', `/api/rejections/${id}/release`)
    assert.equal(status, 409)
    assert.match(json.error, /^It is still rejected: The signature in x-webhook-signature fits none/)
    assert.deepEqual([json.cause, json.diagnosis.cause], ['mismatch', 'wrong_secret'])
    assert.deepEqual(await events(api), [])
    assert.equal((await api.get(`/api/rejections/${id}`)).status, 200)
  })

  it('judges its time by when it came', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    const receivedAt = Date.now() - 24 * 60 * minute
    const signed = (seconds: number) => [
      'Content-Type',
      'application/json',
      'X-HookMesh-Signature',
      hookmeshSignature(secret, body, Math.floor(receivedAt / 1000) - seconds),
    ]
    const late = await keep(api, { receivedAt, headers: signed(1000) })
    const refused = await api.send('POST', `/api/rejections/${late}/release`)
    assert.deepEqual([refused.status, refused.json.cause], [409, 'expired'])
    assert.match(refused.json.error, /The time at which it came counts/)
    const inTime = await keep(api, { receivedAt, headers: signed(10) })
    assert.equal((await api.send('POST', `/api/rejections/${inTime}/release`)).json.outcome, 'released')
  })

  it('forces nothing that could not have arrived', async (t) => {
    const token = 'the-token-of-this-source'
    const api = await openApi(t, {
      WEBHOOK_SECRET: secret,
      SLACK_WEBHOOK_SECRET: secret,
      TOKEN_WEBHOOK_SECRET: token,
      ACME_WEBHOOK_SECRET: 'another-secret-of-some-length',
      ACME_WEBHOOK_ALLOW: '198.51.100.0/24',
    })
    const challenge = '{"type":"url_verification","challenge":"abc","token":"x"}'
    const seconds = Math.floor(Date.now() / 1000) - 60
    const cases: readonly (readonly [Partial<NewRejection>, string])[] = [
      [{ body: null, bodySize: 4_000_000 }, 'mismatch'],
      [{ source: 'token', url: '/webhook/token', headers: ['Content-Type', 'application/json'] }, 'token_not_kept'],
      [
        {
          source: 'acme',
          url: '/webhook/acme',
          headers: ['X-Webhook-Signature', webhookSignature('another-secret-of-some-length', body)],
        },
        'address',
      ],
      [
        {
          source: 'slack',
          url: '/webhook/slack',
          headers: Object.entries({
            'content-type': 'application/json',
            ...slackHeaders(secret, challenge, seconds),
          }).flat(),
          body: Buffer.from(challenge),
        },
        'handshake',
      ],
      [{ method: 'GET' }, 'redirected'],
      [
        {
          headers: ['Content-Type', 'application/json', 'X-Webhook-Signature', webhookSignature(secret, '{')],
          body: Buffer.from('{'),
        },
        'invalid_json',
      ],
      [{ url: `/webhook/${'x'.repeat(200)}` }, 'invalid_event'],
    ]
    for (const [change, cause] of cases) {
      const id = await keep(api, change)
      const { status, json } = await api.send('POST', `/api/rejections/${id}/release`)
      assert.deepEqual([status, json.cause], [409, cause], JSON.stringify(json))
    }
    assert.deepEqual(await events(api), [])
    assert.equal((await api.send('POST', '/api/rejections/rej_00000000000/release')).status, 404)
  })
})

describe('releasing many rejected requests', () => {
  it('counts them first', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    await keep(api)
    await keep(api, { headers: ['X-Webhook-Signature', `sha256=${'0'.repeat(64)}`] })
    await keep(api, { cause: 'missing', headers: [] })
    const dry = (filter: object) => api.send('POST', '/api/rejections/release', { filter, dryRun: true })
    assert.deepEqual((await dry({})).json, { matching: 3, examined: 3, genuine: 1 })
    assert.deepEqual((await dry({ cause: 'mismatch' })).json, { matching: 2, examined: 2, genuine: 1 })
    assert.deepEqual((await dry({ source: 'github' })).json, { matching: 0, examined: 0, genuine: 0 })
    assert.deepEqual(await events(api), [])
  })

  it('releases those that are genuine, the oldest first, and says what came of each', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    const good: string[] = []
    for (let n = 0; n < 30; n += 1) {
      const text = `{"id":"evt_${n}","type":"order.created"}`
      const headers = ['Content-Type', 'application/json', 'X-Webhook-Signature', webhookSignature(secret, text)]
      good.push(await keep(api, { headers, body: Buffer.from(text) }))
    }
    const bad = await keep(api, { headers: ['X-Webhook-Signature', `sha256=${'0'.repeat(64)}`] })
    const { status, json } = await api.send('POST', '/api/rejections/release', { filter: {}, ratePerSecond: 1_000 })
    assert.equal(status, 202)
    const job = await jobEnd(api, json.id)
    assert.deepEqual([job.kind, job.state, job.count], ['release', 'done', 31])
    const outcomes = job.results.map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome])
    assert.deepEqual(outcomes, [...good.map((id) => [id, 'released']), [bad, 'rejected']])
    const stored = await events(api)
    assert.equal(stored.length, 30)
    assert.equal(stored.at(-1).externalId, 'evt_0')
    assert.deepEqual(
      (await api.get('/api/rejections')).json.rejections.map(({ id }: { id: string }) => id),
      [bad],
    )
  })

  it('says what is wrong with a filter', async (t) => {
    const api = await openApi(t, { WEBHOOK_SECRET: secret })
    const asked = await api.send('POST', '/api/rejections/release', { filter: { type: 'x' } })
    assert.equal(asked.status, 400)
    assert.match(asked.json.error, /type/)
    const time = await api.send('POST', '/api/rejections/release', { filter: { from: 'yesterday' } })
    assert.match(time.json.error, /^from: give a time/)
  })
})
