import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailableError } from '../../src/store/errors.ts'
import { buildTestApp } from '../support/app.ts'

test('GET /health is 200 and exactly {"status":"ok"} when events can be stored', async (t) => {
  const { app } = await buildTestApp(t)
  const answer = await app.inject({ method: 'GET', url: '/health' })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.body, '{"status":"ok"}')
  assert.equal((await app.inject({ method: 'HEAD', url: '/health' })).statusCode, 200)
})

test('GET /health is 503 and says draining while events are still taken, each asking for another connection', async (t) => {
  const { app } = await buildTestApp(t)
  await app.ready()
  app.lifecycle.drain()
  const answer = await app.inject({ method: 'GET', url: '/health' })
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.body, '{"status":"draining"}')
  const event = await app.inject({ method: 'POST', url: '/webhook/late', payload: {} })
  assert.equal(event.statusCode, 200)
  assert.equal(event.headers['connection'], 'close')
})

const refusing = {
  accept: () => Promise.reject(new StoreUnavailableError('the disk is full')),
  status: () => ({ state: 'failing', error: 'the disk is full' }) as const,
}
const probes = {
  fails: async () => ({ state: 'failing', error: 'the disk is full' }) as const,
  'never comes back': () => new Promise<never>(() => {}),
}

for (const [how, probe] of Object.entries(probes)) {
  test(`GET /health is 503 and says unavailable when a commit ${how}; an event is 503 then too`, async (t) => {
    const env = { STORE_TIMEOUT_MS: '10' }
    const { app, lines } = await buildTestApp(t, env, (store) => ({ ...store, ...refusing, probe }))
    const answer = await app.inject({ method: 'GET', url: '/health' })
    assert.equal(answer.statusCode, 503)
    assert.equal(answer.body, '{"status":"unavailable"}')
    const event = await app.inject({ method: 'POST', url: '/webhook/x', payload: {} })
    assert.equal(event.statusCode, 503)
    assert.equal(event.headers['retry-after'], '5')
    assert.equal(event.body, '{"error":"Not stored. Try again."}')
    assert.ok(lines.some(({ msg }) => msg.includes('the disk is full')))
  })
}
