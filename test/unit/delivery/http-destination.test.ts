import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { runAttempt } from '../../../src/delivery/attempt.ts'
import { type Clock, systemClock } from '../../../src/delivery/clock.ts'
import { createHttpDestination, type HttpDestinationOptions } from '../../../src/delivery/http-destination.ts'
import { DEFAULT_SCHEDULE } from '../../../src/delivery/schedule.ts'
import type { Destination, Outcome } from '../../../src/delivery/types.ts'
import { createStandardWebhooksSigner } from '../../../src/verification/sign.ts'
import { answer, attemptTrace, context, event, listen, portOf, receiver, recordedLog, START } from './support.ts'

function open(t: TestContext, url: URL, overrides: Partial<HttpDestinationOptions> = {}): Destination {
  const destination = createHttpDestination({
    name: 'forward:test',
    url,
    matches: () => true,
    concurrency: 2,
    timeoutMs: 10_000,
    schedule: DEFAULT_SCHEDULE,
    sign: null,
    ...overrides,
  })
  t.after(() => destination.close())
  return destination
}

/** One attempt as the dispatcher makes it, its time limit included. */
function attempt(
  destination: Destination,
  timeoutMs = destination.timeoutMs,
  clock: Clock = systemClock,
): Promise<Outcome> {
  const log = recordedLog()
  const request = { destination, event: event(), attempt: 1, series: 1, timeoutMs, clock, log }
  return runAttempt({ ...request, trace: attemptTrace }).outcome
}

/** A clock on which a time limit ends when it is told to. */
function stoppedClock(): { readonly clock: Clock; endTime(): void } {
  const timers = new Set<() => void>()
  return {
    clock: {
      now: Date.now,
      setTimer(run) {
        timers.add(run)
        return () => timers.delete(run)
      },
    },
    endTime: () => {
      for (const run of timers) run()
    },
  }
}

/** Calls `then` when the head of an answer from this server has been read. */
function onceHeard(t: TestContext, url: URL, then: () => void): void {
  const name = 'undici:request:headers'
  const heard = (message: unknown) => {
    if ((message as { request: { origin: string } }).request.origin === url.origin) setImmediate(then)
  }
  subscribe(name, heard)
  t.after(() => unsubscribe(name, heard))
}

/** A server that speaks no HTTP of its own: the test has the bare socket once the request's head is there. */
async function bareServer(t: TestContext, onRequest: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => onRequest(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return new URL(`http://127.0.0.1:${portOf(server.address())}/`)
}

describe('a destination gets', () => {
  it('the exact bytes, whatever they are, at path and query of its URL', async (t) => {
    const { url, received } = await receiver(t, answer(200))
    url.search = '?token=a%2Fb'
    const destination = open(t, url)
    const bodies = [Buffer.from([0, 255, 13, 10, 0xc3, 0x28]), Buffer.alloc(0), randomBytes(3 * 1024 * 1024)]
    for (const body of bodies) {
      assert.deepEqual(await destination.attempt(event({ body }), context()), { result: 'delivered', status: 200 })
    }
    const hash = (body: Buffer) => createHash('sha256').update(body).digest('hex')
    assert.deepEqual(
      received.map(({ body }) => hash(body)),
      bodies.map(hash),
    )
    assert.equal(received[0]?.request.method, 'POST')
    assert.equal(received[0]?.request.url, '/hook?token=a%2Fb')
    assert.equal(received[1]?.request.headers['content-length'], '0')
  })

  it('the sender’s headers in their spelling and order, bytes above ASCII included', async (t) => {
    const { url, received } = await receiver(t, answer(200))
    const headers = ['X-Shop', 'caf\u00e9\u00ff', 'Content-Type', 'text/plain', 'X-Twice', '1', 'X-Twice', '2']
    await open(t, url).attempt(event({ headers }), context())
    assert.deepEqual(received[0]?.request.rawHeaders.slice(4, 4 + headers.length), headers)
  })

  it('a signature that Standard Webhooks libraries take, made anew for every attempt', async (t) => {
    const { url, received } = await receiver(t, answer(200))
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const destination = open(t, url, {
      sign: createStandardWebhooksSigner(secret),
    })
    const now = Date.now()
    await destination.attempt(event(), context({ now: () => now - 60_000 }))
    await destination.attempt(event(), context({ now: () => now, attempt: 2 }))
    for (const { body, request } of received) {
      assert.deepEqual(new Webhook(secret).verify(body.toString(), headersOf(request.headers)), { n: 1 })
      assert.equal(request.headers['webhook-id'], 'evt_1')
    }
    const times = received.map(({ request }) => Number(request.headers['webhook-timestamp']))
    assert.equal((times[1] ?? 0) - (times[0] ?? 0), 60)
  })

  it('the credentials that its URL holds', async (t) => {
    const { url, received } = await receiver(t, answer(200))
    url.username = 'me'
    url.password = 'p@ss:w%'
    await open(t, url).attempt(event({ headers: ['Authorization', 'Bearer of-the-sender'] }), context())
    const { authorization } = received[0]?.request.headers ?? {}
    assert.equal(Buffer.from(authorization?.replace('Basic ', '') ?? '', 'base64').toString(), 'me:p@ss:w%')
  })
})

describe('an answer of', () => {
  const cases: [number, Record<string, string>, Outcome][] = [
    [204, {}, { result: 'delivered', status: 204 }],
    [202, { 'webhook-delivery': 'abort-message' }, { result: 'delivered', status: 202 }],
    [404, {}, { result: 'failed', status: 404, error: 'the destination answered 404' }],
    [500, { 'retry-after': '30' }, { result: 'failed', status: 500, error: 'the destination answered 500' }],
    [
      429,
      { 'retry-after': '30' },
      { result: 'failed', status: 429, error: 'the destination answered 429', retryAfterMs: 30_000 },
    ],
    [
      503,
      { 'retry-after': new Date(START + 90_000).toUTCString() },
      { result: 'failed', status: 503, error: 'the destination answered 503', retryAfterMs: 90_000 },
    ],
    [503, { 'retry-after': 'soon' }, { result: 'failed', status: 503, error: 'the destination answered 503' }],
    [410, {}, { result: 'ended', status: 410, error: 'the destination answered 410 (gone)', gone: true }],
    [
      400,
      { 'webhook-delivery': 'abort-message' },
      { result: 'ended', status: 400, error: 'the destination answered 400 and refused the event for good' },
    ],
  ]
  for (const [status, headers, expected] of cases) {
    it(`${status} ${JSON.stringify(headers)} is ${expected.result}`, async (t) => {
      const { url } = await receiver(t, answer(status, headers))
      const outcome = await open(t, url).attempt(event(), context())
      const { answer: kept, ...rest } = outcome
      assert.deepEqual(rest, expected)
      assert.equal(kept === undefined, status === 204 || status === 202)
    })
  }

  for (const [status, result] of [
    [422, 'ended'],
    [503, 'ended'],
    [404, 'failed'],
    [200, 'delivered'],
    [410, 'ended'],
  ] as const) {
    it(`${status} is ${result} where 422, 503 and 410 are final`, async (t) => {
      const { url } = await receiver(t, answer(status, { 'retry-after': '5' }, 'why'))
      const outcome = await open(t, url, { fatalStatuses: [422, 503, 410] }).attempt(event(), context())
      assert.equal(outcome.result, result)
      if (outcome.result !== 'ended') return
      assert.equal(Buffer.from(outcome.answer?.body ?? []).toString(), 'why')
      assert.equal(outcome.gone, status === 410 ? true : undefined)
      if (status !== 410) assert.equal(outcome.error, `the destination answered ${status}, which is final here`)
    })
  }

  it('2xx is kept up to a kilobyte, a refusal up to 64, cookies never', async (t) => {
    for (const [status, size, kept] of [
      [200, 5_000, 1_024],
      [500, 5_000, 5_000],
      [500, 100_000, 64 * 1024],
    ] as const) {
      const headers = { 'set-cookie': 'session=secret', 'x-request-id': 'abc' }
      const { url } = await receiver(t, answer(status, headers, 'x'.repeat(size)))
      const outcome = await open(t, url).attempt(event(), context())
      assert.equal(outcome.answer?.body.byteLength, kept)
      assert.equal(outcome.answer.body.buffer.byteLength, kept, 'what another thread is handed holds nothing else')
      assert.ok(outcome.answer.headers.join().includes('x-request-id,abc'))
      assert.ok(!outcome.answer.headers.join().includes('cookie'))
    }
  })

  for (const status of [301, 302, 303, 307, 308]) {
    it(`${status} is a failure, and its location is left alone`, async (t) => {
      const elsewhere = await receiver(t, answer(200))
      const { url } = await receiver(t, answer(status, { location: elsewhere.url.href }))
      const outcome = await open(t, url).attempt(event(), context())
      assert.equal(outcome.result, 'failed')
      assert.equal(outcome.status, status)
      assert.equal(elsewhere.received.length, 0)
    })
  }

  it('any length is quoted in one short line', async (t) => {
    const { url } = await receiver(t, answer(500, {}, `first\r\n\u0000\u001b[31msecond ${'x'.repeat(10_000)}`))
    const outcome = await open(t, url).attempt(event(), context())
    assert.ok(outcome.result === 'failed')
    assert.match(outcome.excerpt ?? '', /^first \[31msecond x+…$/)
    assert.equal(outcome.excerpt?.length, 200)
  })

  for (const status of [200, 500]) {
    it(`${status} that announces more than is read of it is heard all the same`, async (t) => {
      const { url } = await receiver(t, answer(status, { 'content-length': '1000000' }, 'x'.repeat(1_000_000)))
      const outcome = await open(t, url).attempt(event(), context())
      assert.equal(outcome.status, status)
      assert.equal(outcome.result, status === 200 ? 'delivered' : 'failed')
    })
  }

  for (const status of [200, 500]) {
    it(`${status} and endless length is cut off, its connection too`, async (t) => {
      let sent = 0
      let closed: Promise<unknown> = Promise.resolve()
      const url = await listen(t, (_request, response) => {
        closed = once(response, 'close')
        const chunk = Buffer.alloc(16 * 1024, 'x')
        const pour = (): void => {
          while (!response.destroyed) {
            sent += chunk.length
            if (!response.write(chunk)) break
          }
        }
        response.writeHead(status)
        response.on('drain', pour).on('error', () => {})
        pour()
      })
      const outcome = await open(t, url).attempt(event(), context())
      assert.equal(outcome.status, status)
      assert.equal(outcome.result, status === 200 ? 'delivered' : 'failed')
      await closed
      assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were sent`)
    })
  }
})

describe('a destination that', () => {
  for (const [status, result] of [
    [200, 'delivered'],
    [500, 'failed'],
  ] as const) {
    it(`answers ${status} and then drips has been heard; its connection ends with the time limit`, async (t) => {
      let closed: Promise<unknown> = Promise.resolve()
      const url = await listen(t, (_request, response) => {
        closed = once(response, 'close')
        response.writeHead(status, { 'content-length': '1000' })
        response.write('x')
      })
      const { clock, endTime } = stoppedClock()
      onceHeard(t, url, endTime)
      const outcome = await attempt(open(t, url), 10_000, clock)
      assert.equal(outcome.status, status)
      assert.equal(outcome.result, result)
      await closed
    })
  }

  it('never answers fails at the time limit', async (t) => {
    const url = await listen(t, () => {})
    assert.deepEqual(await attempt(open(t, url), 50), {
      result: 'failed',
      status: null,
      error: 'not done within 0.05 s',
    })
  })

  it('sends headers byte by byte fails at the same time limit', async (t) => {
    const url = await bareServer(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => socket.write('x: y\r\n'), 5)
      socket.on('close', () => clearInterval(drip))
    })
    assert.match(failure(await attempt(open(t, url), 50)), /not done within/)
  })

  it('resets the connection fails', async (t) => {
    const url = await bareServer(t, (socket) => socket.resetAndDestroy())
    assert.notEqual(failure(await attempt(open(t, url))), '')
  })

  it('closes without a word fails', async (t) => {
    const url = await bareServer(t, (socket) => socket.end())
    assert.notEqual(failure(await attempt(open(t, url))), '')
  })

  it('answers garbage fails', async (t) => {
    const url = await bareServer(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    assert.notEqual(failure(await attempt(open(t, url))), '')
  })

  it('switches protocols fails', async (t) => {
    const url = await bareServer(t, (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    )
    assert.notEqual(failure(await attempt(open(t, url), 1_000)), '')
  })

  it('is not there fails, and is reached once it is', async (t) => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const port = portOf(gone.address())
    gone.close()
    await once(gone, 'close')
    const destination = open(t, new URL(`http://127.0.0.1:${port}/`))
    assert.match(failure(await attempt(destination)), /ECONNREFUSED/)
    await listen(t, (_request, response) => response.end(), port)
    assert.deepEqual(await attempt(destination), { result: 'delivered', status: 200 })
  })

  it('accepts a connection but finishes no handshake fails at the connect limit', { timeout: 5_000 }, async (t) => {
    const url = await bareServer(t, () => {})
    url.protocol = 'https:'
    const destination = open(t, new URL(url.href), { timeoutMs: 100 })
    assert.equal(failure(await destination.attempt(event(), context())), 'no connection within 0.1 s')
  })

  it('speaks plain HTTP where TLS is due fails', async (t) => {
    const url = await bareServer(t, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    const outcome = await attempt(open(t, new URL(url.href.replace('http:', 'https:'))), 1_000)
    assert.notEqual(failure(outcome), '')
  })
})

describe('an address that is never contacted', () => {
  const urls = [
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://metadata.google.internal/',
    'http://0.0.0.0:80/',
  ]
  for (const url of urls) {
    it(`${url} fails before anything is dialled`, async (t) => {
      const outcome = await attempt(open(t, new URL(url)))
      assert.equal(outcome.result, 'failed')
      assert.match(outcome.error, /never contacted|metadata service/)
    })
  }
})

describe('an attempt', () => {
  it('can be broken off at once, even while it connects', async (t) => {
    const url = await bareServer(t, () => {})
    const destination = open(t, new URL(url.href.replace('http:', 'https:')))
    const controller = new AbortController()
    const outcome = destination.attempt(event(), context({ signal: controller.signal }))
    controller.abort(new Error('stopping'))
    assert.equal(failure(await outcome), 'stopping')
  })

  it('uses the connection of the one before, and at most so many connections at once', async (t) => {
    const { url, received } = await receiver(t, answer(200))
    const destination = open(t, url, { concurrency: 2 })
    for (let i = 0; i < 5; i += 1) await attempt(destination)
    await Promise.all(Array.from({ length: 10 }, () => attempt(destination)))
    const connections = new Set(received.map(({ request }) => request.socket.remotePort))
    assert.ok(connections.size <= 2, `${connections.size} connections`)
  })

  it('says nothing of credentials or query when it fails', async (t) => {
    const url = await bareServer(t, (socket) => socket.end('no'))
    url.username = 'user-name'
    url.password = 'pass-word'
    url.search = '?key=query-secret'
    assert.doesNotMatch(failure(await attempt(open(t, url))), /user-name|pass-word|query-secret/)
  })
})

function failure(outcome: Outcome): string {
  assert.ok(outcome.result === 'failed', `it is ${outcome.result}`)
  return outcome.error
}

function headersOf(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
