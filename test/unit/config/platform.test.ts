import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fastify from 'fastify'
import { loadConfig } from '../../../src/config/load.ts'

const cwd = '/srv/app'
const load = (env: Record<string, string>, uid = 0) =>
  loadConfig({ WEBHOOK_SECRET: 'c0ffee00'.repeat(4), ...env }, { cwd, uid })

describe('on Railway', () => {
  const railway = { RAILWAY_ENVIRONMENT: 'production', RAILWAY_PROJECT_ID: '9b1c' }
  const volume = { ...railway, RAILWAY_VOLUME_MOUNT_PATH: '/data' }

  test('events are stored on the volume', () => {
    assert.equal(load(volume).dataDir, '/data')
    assert.equal(load({ ...volume, DATA_DIR: '/data/events' }).dataDir, '/data/events')
    for (const env of [volume, { ...volume, DATA_DIR: '/data/events' }, { ...volume, DATA_DIR: '/data/..events' }]) {
      assert.deepEqual(load(env).warnings, [])
    }
  })

  test('a missing volume is pointed out', () => {
    for (const [name, value] of Object.entries(railway)) {
      assert.match(load({ [name]: value }).warnings.join(), /^No volume is attached/)
    }
    assert.deepEqual(load({}).warnings, [])
  })

  test('a data directory outside the volume is pointed out', () => {
    for (const DATA_DIR of ['./data', '/', '/data2', '/data/..']) {
      assert.match(load({ ...volume, DATA_DIR }).warnings.join(), /^DATA_DIR is .*outside the volume at \/data/)
    }
  })

  test('a volume that this user may not write to is pointed out', () => {
    assert.match(load(volume, 1000).warnings.join(), /user 1000: set RAILWAY_RUN_UID=0/)
    assert.deepEqual(load({}, 1000).warnings, [])
  })

  test('the public domain gives the public URL unless that is set', () => {
    const domain = { RAILWAY_PUBLIC_DOMAIN: 'posthorn.up.railway.app' }
    assert.equal(load(domain).publicUrl, 'https://posthorn.up.railway.app')
    assert.equal(load({ ...domain, PUBLIC_URL: 'https://hooks.example.com' }).publicUrl, 'https://hooks.example.com')
    assert.throws(() => load({ RAILWAY_PUBLIC_DOMAIN: 'https://x.example' }), /^ConfigError: RAILWAY_PUBLIC_DOMAIN: /)
  })
})

test('every address that TRUST_PROXY takes is one that the server takes', async (t) => {
  const entries = [
    '10.0.0.0/8',
    '192.0.2.1',
    '0.0.0.0/1',
    '::1',
    'fd00::/8',
    '::ffff:10.0.0.0/104',
    '::ffff:192.0.2.1',
    '2001:db8::/128',
  ]
  const { trustProxy } = load({ TRUST_PROXY: entries.join(' ') })
  assert.deepEqual(trustProxy, entries)
  const app = fastify({ trustProxy: [...trustProxy] })
  t.after(() => app.close())
  await app.ready()
})
