import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeAuthority } from '../../../support/certificates.ts'
import { newEvent } from '../../../support/events.ts'
import { freePort, noIpv6 } from '../../../support/ports.ts'
import { noRedis, startRedis, startRedisAt } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'
import { tempDir } from '../../../support/temp-dir.ts'

const skip = noRedis

test('speaks TLS with a server whose authority it is told of, and with no other', { skip }, async (t) => {
  const dir = tempDir()
  const authority = makeAuthority()
  const { key, cert } = authority.serverFor(['localhost'])
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const port = await freePort()
  const flags = ['--tls-port', String(port), '--tls-auth-clients', 'no']
  const files = ['--tls-key-file', file('key', key), '--tls-cert-file', file('cert', cert)]
  const trust = ['--tls-ca-cert-file', file('ca', authority.certificate)]
  await startRedis(t, ...durable(), ...flags, ...files, ...trust)
  const url = `rediss://localhost:${port}`
  const store = await openOn(url, { ca: authority.certificate })
  t.after(() => store.close())
  assert.equal((await store.accept(newEvent())).status, 'accepted')
  await assert.rejects(openOn(url, { connectWaitMs: 300 }), /certificate/)
  await assert.rejects(openOn(url, { ca: makeAuthority().certificate, connectWaitMs: 300 }), /certificate/)
})

test('finds a server that has an IPv6 address only', { skip: skip || noIpv6 }, async (t) => {
  const { url } = await startRedisAt({ host: '::1' }, t, ...durable())
  assert.equal(url.host, `[::1]:${url.port}`)
  const store = await openOn(url)
  t.after(() => store.close())
  assert.equal((await store.accept(newEvent())).status, 'accepted')
  const nobody = `redis://[::1]:${await freePort('::1')}`
  await assert.rejects(openOn(nobody, { connectWaitMs: 300 }), /Redis at \[::1\]:\d+: .*ECONNREFUSED/)
})

test('speaks through a socket', { skip }, async (t) => {
  const path = join(tempDir(), 'redis.sock')
  await startRedis(t, ...durable(), '--unixsocket', path)
  const store = await openOn(`unix://${path}?db=3`)
  t.after(() => store.close())
  assert.equal((await store.accept(newEvent())).status, 'accepted')
})

test('two prefixes in one Redis know nothing of each other', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const stores = await Promise.all(['a', 'b'].map((prefix) => openOn(redis.url, { prefix })))
  t.after(async () => void (await Promise.all(stores.map((store) => store.close()))))
  for (const store of stores) assert.equal((await store.accept(newEvent({ dedupKey: 'k' }))).status, 'accepted')
  for (const store of stores) assert.equal((await store.list({ limit: 9 })).events.length, 1)
})
