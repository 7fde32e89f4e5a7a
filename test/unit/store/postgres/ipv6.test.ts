import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEvent } from '../../../support/events.ts'
import { noIpv6 } from '../../../support/ports.ts'
import { noPostgres, startPostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

test('finds a server that has an IPv6 address only', { skip: noPostgres || noIpv6 }, async (t) => {
  const server = await startPostgres({}, { host: '::1' })
  t.after(() => server.close())
  const url = await server.createDatabase()
  assert.match(url, /@\[::1\]:\d+\//)
  const waiting: string[] = []
  // As it is written for libpq too, where the host is a parameter.
  for (const form of [url, `postgres://posthorn@/${new URL(url).pathname.slice(1)}?host=::1&port=${server.port}`]) {
    const store = await openStore(t, form, { waitMs: 0, onWaiting: (error) => waiting.push(error) })
    assert.equal((await store.accept(newEvent())).status, 'accepted')
  }
  await server.kill()
  await assert.rejects(openStore(t, url, { waitMs: 0 }), /\[::1\]:\d+\/test_1: .*ECONNREFUSED/)
  assert.deepEqual(waiting, [])
})
