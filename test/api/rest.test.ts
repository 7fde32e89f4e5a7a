import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openApi } from './support.ts'

it('rejected requests are listed, shown and forgotten', async (t) => {
  const { get, send, store } = await openApi(t)
  const rejection = {
    source: 'github',
    cause: 'mismatch',
    detail: 'The signature fits none of the configured secrets.',
    receivedAt: Date.now(),
    method: 'POST',
    url: '/webhook/github',
    remoteAddress: '192.0.2.1',
    headers: ['X-Hub-Signature-256', 'sha256=00', 'X-Gitlab-Token', 'secret'],
    body: Buffer.from('{"a":1}'),
  }
  await store.reject([rejection, { ...rejection, source: 'stripe', cause: 'expired' }])
  const { json } = await get('/api/rejections')
  assert.deepEqual(
    json.rejections.map(({ source }: { source: string }) => source),
    ['stripe', 'github'],
  )
  const [found] = (await get('/api/rejections?cause=mismatch')).json.rejections
  const whole = await get(`/api/rejections/${found.id}`)
  assert.equal(whole.json.body.text, '{"a":1}')
  assert.deepEqual(whole.json.headers, [
    ['X-Hub-Signature-256', 'sha256=00'],
    ['X-Gitlab-Token', '[hidden]'],
  ])
  assert.equal((await send('DELETE', `/api/rejections/${found.id}`)).status, 204)
  assert.equal((await get(`/api/rejections/${found.id}`)).status, 404)
  assert.equal((await send('DELETE', `/api/rejections/${found.id}`)).status, 404)
})

it('what happened is counted over time', async (t) => {
  const { get, post } = await openApi(t)
  for (let n = 0; n < 3; n += 1) await post('push', `{"id":"same","type":"push"}`)
  const { json } = await get('/api/statistics?minutes=60')
  const [counts] = json.events
  assert.deepEqual([counts.source, counts.accepted, counts.duplicates], ['default', 1, 2])
  for (const [query, expected] of [
    ['from=2026-01-02&to=2026-01-01', /^from/],
    ['from=2020-01-01&to=2026-01-01', /^minutes: give at least/],
    ['minutes=0', /^minutes/],
  ] as const) {
    const answer = await get(`/api/statistics?${query}`)
    assert.equal(answer.status, 400)
    assert.match(answer.json.error, expected)
  }
})

it('sources are shown without their secrets', async (t) => {
  const secret = 'a-secret-that-nobody-may-see'
  const { get } = await openApi(t, {
    GITHUB_WEBHOOK_SECRET: secret,
    GITHUB_WEBHOOK_SECRET_PREVIOUS: `${secret}-old`,
    PUBLIC_URL: 'https://hooks.example.com',
  })
  const { json, text } = await get('/api/sources')
  assert.ok(!text.includes(secret))
  const [github, other] = json.sources
  assert.deepEqual(
    [github.name, github.url, github.verified, github.rotating, github.provider],
    ['github', 'https://hooks.example.com/webhook/github', true, true, 'github'],
  )
  assert.deepEqual([other.default, other.path], [true, '/webhook/:event'])
})

it('the status says what runs, and what was doubtful at the start', async (t) => {
  const { get } = await openApi(t)
  const { json } = await get('/api/status')
  assert.deepEqual(
    [json.version, json.draining, json.store],
    ['0.1.0', false, { engine: 'sqlite', replicas: null, state: 'ready', error: null }],
  )
  assert.ok(json.warnings.some((warning: string) => warning.startsWith('No secret is set')))
})
