import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ConfigError } from '../../../src/config/load.ts'
import { forwardName } from '../../../src/delivery/destination-name.ts'
import { createDestinations } from '../../../src/delivery/destinations.ts'
import { configOf } from '../config/file/support.ts'
import { answer, context, event, receiver } from './support.ts'

const name = (url: string) => forwardName(new URL(url))

describe('the name of a FORWARD_URL', () => {
  it('is host and path', () => {
    assert.equal(name('https://app.example/hooks'), 'forward:app.example/hooks')
    assert.equal(name('https://app.example'), 'forward:app.example')
    assert.equal(name('http://localhost:4000/'), 'forward:localhost:4000')
    assert.equal(name('https://[::1]:8443/x'), 'forward:[::1]:8443/x')
  })

  it('tells http from https', () => {
    assert.notEqual(name('http://app.example/x'), name('https://app.example/x'))
  })

  it('shows neither credentials nor query, but tells them apart, the same every time', () => {
    const urls = [
      'https://app.example/x',
      'https://app.example/x?key=secret1',
      'https://app.example/x?key=secret2',
      'https://ann@app.example/x',
      'https://bob:secret3@app.example/x',
    ]
    const found = urls.map(name)
    assert.equal(new Set(found).size, urls.length)
    for (const one of found) assert.match(one, /^forward:app\.example\/x(~[0-9a-f]{8})?$/)
    assert.deepEqual(urls.map(name), found)
    assert.equal(found[1], 'forward:app.example/x~de9c4e49')
  })

  it('stays the same under a new password', () => {
    assert.equal(name('https://ann:old@app.example/'), name('https://ann:new@app.example/'))
  })

  it('is short, however long the path', () => {
    const long = `https://app.example/${'a'.repeat(500)}`
    assert.equal(name(long).length, 120)
    assert.notEqual(name(long), name(`${long}b`))
  })
})

describe('destinations of a configuration', () => {
  const config = {
    forwardUrls: [],
    forwardSecret: null,
    handlersDir: join(tmpdir(), 'there-are-no-handlers-here'),
    deliveryConcurrency: 3,
    deliveryTimeoutMs: 7_000,
  }

  it('are its URLs and its handlers, with its limits', async (t) => {
    const handlersDir = await mkdtemp(join(tmpdir(), 'handlers-'))
    t.after(() => rm(handlersDir, { recursive: true }))
    await writeFile(join(handlersDir, 'paid.ts'), 'export default () => {}\n')
    const { url, received } = await receiver(t, answer(200))
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    const { list, close } = await createDestinations({
      ...config,
      handlersDir,
      forwardUrls: [url.href, url.href],
      forwardSecret: secret,
    })
    t.after(close)
    assert.deepEqual(
      list.map((one) => one.name),
      [forwardName(url), 'handler:paid'],
    )
    for (const one of list) {
      assert.equal(one.concurrency, 3)
      assert.equal(one.timeoutMs, 7_000)
    }
    assert.equal(list[0]?.matches({ source: 'any', type: 'at.all' }), true)
    await list[0]?.attempt(event(), context())
    assert.match(String(received[0]?.request.headers['webhook-signature']), /^v1,/)
  })

  it('are URLs and queues of the configuration file too, each with its route, order, limits and transform', async (t) => {
    const handlersDir = await mkdtemp(join(tmpdir(), 'handlers-'))
    t.after(() => rm(handlersDir, { recursive: true }))
    await writeFile(join(handlersDir, 'paid.ts'), 'export default () => {}\n')
    const common = { orderBy: '/id', rate: 5, breaker: false, from: 'default', types: 'a.*', transform: () => null }
    const { destinations, queues, handlers } = configOf({
      destinations: {
        orders: { url: 'http://127.0.0.1:9/', secret: false, ...common },
        jobs: { queue: 'q', redis: 'redis://127.0.0.1:9', ...common },
      },
      handlers: { paid: { orderBy: '/id' } },
    })
    const { list, close } = await createDestinations({ ...config, handlersDir, destinations, queues, handlers })
    t.after(close)
    assert.deepEqual(
      list.map(({ name, orderBy }) => [name, orderBy]),
      [
        ['orders', '/id'],
        ['jobs', '/id'],
        ['handler:paid', '/id'],
      ],
    )
    for (const one of list.slice(0, 2)) {
      assert.deepEqual([one.ratePerSecond, one.breaker], [5, null])
      const fits = ['a.b', 'b'].map((type) => one.matches({ source: 'default', type }))
      assert.deepEqual(fits, [true, false])
      // The transform leaves the event out, so that nothing is contacted.
      assert.equal((await one.attempt(event(), context())).result, 'delivered')
    }
  })

  it('refuse two URLs that nothing tells apart, without their passwords', async () => {
    const forwardUrls = ['https://a:secret1@app.example/', 'https://a:secret2@app.example/']
    await assert.rejects(createDestinations({ ...config, forwardUrls }), (error) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, /FORWARD_URL/)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
  })
})
