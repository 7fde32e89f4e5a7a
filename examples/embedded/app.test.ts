import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildApp } from './app.ts'
import { createUsers } from './users.ts'

const webhookSecret = 'a-secret-of-your-own-choosing'
const sign = (body: string) => `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`

test('a signed event becomes a user, once', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'embedded-'))
  const added = Promise.withResolvers<void>()
  const users = createUsers()
  const app = await buildApp({
    dataDir,
    webhookSecret,
    githubSecret: 'another one',
    users: {
      all: users.all,
      add(user) {
        users.add(user)
        added.resolve()
      },
    },
  })
  t.after(async () => {
    await app.close()
    await rm(dataDir, { recursive: true })
  })
  const body = '{"id":"evt_1","data":{"id":"usr_1","name":"Ada"}}'
  const post = (signature: string) =>
    app.inject({
      method: 'POST',
      url: '/webhook/user.created',
      headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
      payload: body,
    })

  assert.equal((await post(sign(`${body} `))).statusCode, 401)
  assert.equal((await post(sign(body))).json().duplicate, false)
  assert.equal((await post(sign(body))).json().duplicate, true)
  await added.promise
  assert.deepEqual((await app.inject('/users')).json(), [{ id: 'usr_1', name: 'Ada' }])
  assert.deepEqual((await app.inject('/health')).json(), { ready: true })
})
