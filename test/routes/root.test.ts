import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp } from '../support/app.ts'

const body = { message: 'Webhook server is running.', endpoints: ['/health', '/webhook/:event'] }

test('GET / says that it runs, and where to send events', async (t) => {
  const { app } = await buildTestApp(t)
  const answer = await app.inject({ method: 'GET', url: '/' })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), body)
  assert.equal((await app.inject({ method: 'HEAD', url: '/' })).statusCode, 200)
})
