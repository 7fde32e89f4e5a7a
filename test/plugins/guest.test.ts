import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { createGunzip, gzipSync } from 'node:zlib'
import cors from '@fastify/cors'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import rawBody from 'fastify-raw-body'
import posthorn, { defineHandler, type HandlerEvent } from 'posthorn'
import { createHost } from '../support/host.ts'
import { send, untilClosed } from '../support/http.ts'
import { webhookSignature } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'

const secret = 'a secret of some length, for tests'
const base = () => ({ dataDir: tempDir(), webhookSecret: secret })
const json = { 'content-type': 'application/json' }
const signed = (body: string | Uint8Array, more: Readonly<Record<string, string>> = {}) => ({
  ...json,
  'x-webhook-signature': webhookSignature(secret, body),
  ...more,
})
const idIn = (answer: { readonly json: unknown }): string => {
  const { id } = Object(answer.json)
  assert.match(String(id), /^evt_/)
  return String(id)
}

/** A handler that hands on what it gets. */
function inbox() {
  const events: HandlerEvent[] = []
  const waiting: ((event: HandlerEvent) => void)[] = []
  return {
    handler: defineHandler(async (event) => {
      const next = waiting.shift()
      if (next === undefined) events.push(event)
      else next(event)
    }),
    next: () => {
      const event = events.shift()
      return event === undefined
        ? new Promise<HandlerEvent>((resolve) => waiting.push(resolve))
        : Promise.resolve(event)
    },
  }
}

describe('posthorn in an app of one’s own', () => {
  it('verifies, stores and hands an event to a function', async (t) => {
    const { app, listen } = createHost(t)
    const { handler, next } = inbox()
    await app.register(posthorn, { ...base(), handlers: { 'user.created': handler } })
    const port = await listen()
    const body = '{"id":"evt_1","name":"Ada"}'
    const answer = await send(port, { path: '/webhook/user.created', headers: signed(body), body })
    assert.equal(answer.status, 200)
    const event = await next()
    assert.deepEqual([event.id, event.source, event.type], [idIn(answer), 'default', 'user.created'])
    assert.deepEqual(event.json(), { id: 'evt_1', name: 'Ada' })

    const again = await send(port, { path: '/webhook/user.created', headers: signed(body), body })
    assert.deepEqual(Object(again.json).duplicate, true)
    const forged = await send(port, { path: '/webhook/user.created', headers: signed(`${body} `), body })
    assert.equal(forged.status, 401)
    assert.deepEqual(forged.json, { error: 'Invalid signature.' })
  })

  it('answers what is injected, without a server', async (t) => {
    const { app } = createHost(t)
    const { handler, next } = inbox()
    await app.register(posthorn, { ...base(), handlers: { _all: { handler, concurrency: 1, timeout: '5s' } } })
    const body = '{"n":1}'
    const answer = await app.inject({ method: 'POST', url: '/webhook/a/b', headers: signed(body), payload: body })
    assert.equal(answer.statusCode, 404, 'the gateway’s own answer for a path that is none of its')
    const taken = await app.inject({ method: 'POST', url: '/webhook/a', headers: signed(body), payload: body })
    assert.equal(taken.statusCode, 200)
    assert.equal((await next()).text(), body)
  })

  it('takes names that are longer than the host’s router lets a parameter be', async (t) => {
    const { app, listen } = createHost(t, { routerOptions: { maxParamLength: 10 } })
    await app.register(posthorn, base())
    const port = await listen()
    const answer = await send(port, { path: `/webhook/${'x'.repeat(120)}`, headers: signed('{}'), body: '{}' })
    assert.equal(answer.status, 200)
    const tooLong = await send(port, { path: `/webhook/${'x'.repeat(129)}`, headers: signed('{}'), body: '{}' })
    assert.deepEqual([tooLong.status, tooLong.json], [400, { error: 'Invalid event name.' }])
  })
})

describe('a host’s own ways', () => {
  it('change nothing of an event’s bytes, and nothing of its own is changed', async (t) => {
    const { app, listen } = createHost(t, { bodyLimit: 32, ajv: { customOptions: { removeAdditional: 'all' } } })
    // As body compression plugins do: a hook on every route that unpacks.
    app.addHook('onRoute', (route) => {
      const unpack = (
        request: { headers: Record<string, unknown> },
        _reply: unknown,
        payload: NodeJS.ReadableStream,
      ) => {
        const done = request.headers['content-encoding'] === 'gzip' ? payload.pipe(createGunzip()) : payload
        return Promise.resolve(done)
      }
      route.preParsing = [unpack as never]
    })
    await app.register(rawBody, { global: true, encoding: 'utf8' })
    await app.register(formbody)
    await app.register(cors, { origin: 'https://app.example' })
    await app.register(swagger)
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, { mine: JSON.parse(String(body)) }),
    )
    app.addContentTypeParser('*', (_request, _payload, done) => done(new Error('the host’s parser ran')))
    app.decorateRequest('ingest', null)
    app.decorateRequest('refusal', null)
    app.decorate('lifecycle', { isDraining: () => true, drain: () => {} })
    for (const hook of ['preValidation', 'preHandler'] as const) {
      app.addHook(hook, async (request, reply) => {
        if (request.headers.authorization !== 'mine') return reply.code(418).send({ mine: hook })
      })
    }
    app.addHook('onSend', async () => '"the host’s onSend ran"')
    app.setErrorHandler((error, _request, reply) => reply.code(500).send({ mine: String(error) }))
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ mine: 'nothing here' }))
    app.setValidatorCompiler(() => () => ({ error: new Error('the host’s compiler ran') }))
    app.setSerializerCompiler(() => () => '"the host’s serializer ran"')

    await app.register(posthorn, { ...base(), echo: false })
    const port = await listen()
    const bodies = [
      Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from('{ "n" : 1.0, "big": 12345678901234567890 }\r\n')]),
      Buffer.from([0xff, 0xfe, 0, 1, 2, 3]),
      gzipSync('{"packed":true}'.repeat(50)),
      Buffer.alloc(200_000, 'x'),
    ]
    for (const [index, body] of bodies.entries()) {
      const type = { 'content-type': index === 0 ? 'application/json' : 'application/x-anything' }
      const packed = index === 2 ? { 'content-encoding': 'gzip' } : {}
      const answer = await send(port, {
        path: `/webhook/n${index}`,
        headers: signed(body, { ...type, ...packed }),
        body,
      })
      assert.equal(answer.status, 200, answer.text)
      const stored = await app.posthorn.get(idIn(answer))
      assert.deepEqual(Buffer.from(stored?.body ?? ''), body)
    }
    const notPacked = Buffer.from('this is not gzip')
    const lied = await send(port, {
      path: '/webhook/x',
      headers: signed(notPacked, { 'content-encoding': 'gzip' }),
      body: notPacked,
    })
    assert.equal(lied.status, 200, 'nobody unpacked it')
    assert.equal((await send(port, { path: '/webhook/x', headers: json, body: '{' })).status, 401)
  })

  it('stay as they are', async (t) => {
    const plain = createHost(t)
    const withGuest = createHost(t)
    await withGuest.app.register(posthorn, base())
    const answers = []
    for (const { app, listen } of [plain, withGuest]) {
      app.post('/mine', async (request) => ({
        body: request.body,
        raw: 'rawBody' in request,
        ingest: 'ingest' in request,
      }))
      app.get('/health', async () => 'mine')
      app.post('/broken', async () => {
        throw new Error('as it is')
      })
      const port = await listen()
      answers.push([
        (await send(port, { path: '/mine', headers: json, body: '{"a":1}' })).text,
        (await send(port, { path: '/mine', headers: { 'content-type': 'text/xml' }, body: '<a/>' })).text,
        (await send(port, { path: '/mine', headers: json, body: '{' })).text,
        (await send(port, { path: '/mine', headers: json, body: `"${'x'.repeat(1024 * 1024)}"` })).status,
        (await send(port, { path: '/broken' })).text,
        (await send(port, { path: '/none?token=1' })).text,
        (await send(port, { path: '/', method: 'GET' })).text,
        (await send(port, { path: '/api/events', method: 'GET' })).text,
        (await send(port, { path: '/mine', method: 'OPTIONS' })).headers['access-control-allow-origin'],
        (await send(port, { path: '/health', method: 'GET' })).text,
      ])
    }
    assert.deepEqual(answers[0], answers[1])
    assert.equal(answers[1]?.at(-1), 'mine')
  })

  it('come first and last: onRequest before, onResponse after, and the headers that were set are there', async (t) => {
    const { app, listen, logged, lines } = createHost(t)
    const seen: string[] = []
    app.addHook('onRequest', async (request, reply) => {
      seen.push(`request ${request.url}`)
      reply.header('x-host', 'mine')
      if (request.headers['x-blocked'] !== undefined) await reply.code(403).send({ mine: 'blocked' })
    })
    app.addHook('onResponse', async (_request, reply) => void seen.push(`response ${reply.statusCode}`))
    await app.register(posthorn, base())
    const port = await listen()
    const answer = await send(port, { path: '/webhook/a?token=do-not-show', headers: signed('{}'), body: '{}' })
    assert.deepEqual([answer.status, answer.headers['x-host']], [200, 'mine'])
    assert.deepEqual(answer.headers['content-type'], 'application/json; charset=utf-8')
    const blocked = await send(port, { path: '/webhook/a', headers: { ...signed('{}'), 'x-blocked': '1' }, body: '{}' })
    assert.deepEqual([blocked.status, blocked.json], [403, { mine: 'blocked' }])
    assert.deepEqual(seen, [
      'request /webhook/a?token=do-not-show',
      'response 200',
      'request /webhook/a',
      'response 403',
    ])

    const mine = await logged(({ msg }) => msg === 'incoming request')
    const theirs = await logged(({ msg }) => msg === 'event received')
    assert.equal(mine['reqId'], theirs['reqId'], 'one id for one request')
    assert.doesNotMatch(JSON.stringify(lines), /do-not-show/)
  })

  it('limit the rate of events too', async (t) => {
    const { app, listen } = createHost(t)
    await app.register(rateLimit, { max: 1, timeWindow: 60_000 })
    await app.register(posthorn, base())
    const port = await listen()
    const post = () => send(port, { path: '/webhook/a', headers: signed('{}'), body: '{}' })
    assert.deepEqual([(await post()).status, (await post()).status], [200, 429])
  })

  it('say where a sender is', async (t) => {
    const { app, listen } = createHost(t, { trustProxy: '127.0.0.1' })
    await app.register(posthorn, { ...base(), webhookAllow: ['192.0.2.7'] })
    const port = await listen()
    const from = (address: string) =>
      send(port, { path: '/webhook/a', headers: signed('{}', { 'x-forwarded-for': address }), body: '{}' })
    assert.deepEqual([(await from('192.0.2.7')).status, (await from('192.0.2.8')).status], [200, 401])
  })

  it('that read the body first are told from forgeries', async (t) => {
    const { app, listen, logged } = createHost(t)
    app.addHook('onRequest', (request, _reply, done) => {
      request.raw.on('data', () => {})
      request.raw.on('end', () => done())
    })
    await app.register(posthorn, base())
    const port = await listen()
    const answer = await send(port, { path: '/webhook/a', headers: signed('{}'), body: '{}' })
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5'])
    const { msg } = await logged(({ level }) => level === 50)
    assert.match(msg, /an onRequest hook of this app reads the body/)
  })
})

describe('where its routes are', () => {
  it('is below a prefix, which belongs to the URL that senders sign', async (t) => {
    const { app, listen } = createHost(t)
    await app.register(
      async (scope) => {
        await scope.register(posthorn, {
          dataDir: tempDir(),
          prefix: '/hooks',
          publicUrl: 'https://app.example',
          sources: { twilio: { secret } },
        })
        assert.equal(typeof scope.posthorn.replay, 'function')
      },
      { prefix: '/v1' },
    )
    assert.equal(app.hasDecorator('posthorn'), false)
    const port = await listen()
    const url = 'https://app.example/v1/hooks/webhook/twilio'
    // https://www.twilio.com/docs/usage/security#validating-requests
    const signature = createHmac('sha1', secret).update(`${url}BodyhelloMessageSidSM1`).digest('base64')
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature }
    const body = 'MessageSid=SM1&Body=hello'
    assert.equal((await send(port, { path: '/v1/hooks/webhook/twilio', headers, body })).status, 204)
    assert.equal((await send(port, { path: '/webhook/twilio', headers, body })).status, 404)
  })

  it('two in one app keep apart', async (t) => {
    const { app, listen } = createHost(t)
    const dirs = [tempDir(), tempDir()]
    const [a, b] = [inbox(), inbox()]
    for (const [index, { handler }] of [a, b].entries()) {
      await app.register(async (scope) => {
        await scope.register(posthorn, {
          dataDir: dirs[index] ?? '',
          prefix: `/p${index}`,
          webhookSecret: `${secret}${index}`,
          handlers: { _all: handler },
        })
      })
    }
    const port = await listen()
    const post = (to: number, by: number) => {
      const headers = { ...json, 'x-webhook-signature': webhookSignature(`${secret}${by}`, '{}') }
      return send(port, { path: `/p${to}/webhook/to-${to}`, headers, body: '{}' })
    }
    assert.deepEqual([(await post(0, 0)).status, (await post(1, 1)).status, (await post(0, 1)).status], [200, 200, 401])
    assert.deepEqual([(await a.next()).type, (await b.next()).type], ['to-0', 'to-1'])
  })

  it('opens the operator’s routes only where they are wanted, and to nobody without the token', async (t) => {
    const adminToken = 'an-operators-token-of-thirty-two-letters'
    const { app, listen, logged } = createHost(t)
    await app.register(posthorn, { ...base(), prefix: '/hooks', operator: true, health: true, adminToken })
    const port = await listen()
    const ask = (path: string, headers = {}) => send(port, { method: 'GET', path, headers })
    const bearer = { authorization: `Bearer ${adminToken}` }
    await logged(({ msg }) => /console’s pages work without a prefix only/.test(msg))
    assert.equal((await ask('/hooks/api/events')).status, 401)
    const event = await send(port, { path: '/hooks/webhook/a', headers: signed('{}'), body: '{}' })
    const one = await ask(`/hooks/api/events/${idIn(event)}`, bearer)
    assert.equal(Object(one.json).type, 'a')
    // What the operator sends to a source goes to where it is, below the prefix.
    const sent = await send(port, {
      path: '/hooks/api/send',
      headers: { ...bearer, ...json },
      body: '{"source":"default","event":"sent"}',
    })
    assert.equal(Object(sent.json).answers[0].status, 200, sent.text)
    assert.match((await ask(`/hooks/api/events/${idIn(event)}/curl`, bearer)).text, /\/hooks\/webhook\/a'/)
    assert.match((await ask('/hooks/metrics', bearer)).text, /posthorn_/)
    assert.deepEqual((await ask('/hooks/health')).json, { status: 'ok' })
    assert.equal((await ask('/api/events', bearer)).status, 404)
    assert.equal((await ask('/hooks/', bearer)).status, 404)

    // A stream that is watched does not keep the host from closing.
    const watching = get({ port, host: '127.0.0.1', path: '/hooks/api/stream', headers: bearer })
    const [response] = await once(watching, 'response')
    response.resume()
    const ended = once(response, 'end')
    await app.close()
    await ended
  })
})

describe('what the app can ask of it', () => {
  it('events, deliveries, destinations; it replays, and tells of attempts', async (t) => {
    const { app, listen } = createHost(t)
    let broken = true
    await app.register(posthorn, {
      ...base(),
      handlers: {
        paid: {
          schedule: 'none',
          handler: () => {
            if (broken) throw new Error('no')
          },
        },
      },
    })
    const port = await listen()
    const outcomes: string[] = []
    const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const stop = app.posthorn.onAttempt(({ destination, outcome, error }) => {
      outcomes.push(`${destination} ${outcome} ${error}`)
      told[outcomes.length - 1]?.resolve()
    })
    app.posthorn.onAttempt(() => {
      throw new Error('a listener’s own affair')
    })
    const id = idIn(await send(port, { path: '/webhook/paid', headers: signed('{}'), body: '{}' }))
    await told[0]?.promise
    broken = false
    // It is recorded a moment later.
    while ((await app.posthorn.get(id))?.deliveries[0]?.state !== 'dead') await new Promise(setImmediate)
    await app.posthorn.replay(id)
    await told[1]?.promise
    stop()
    assert.deepEqual(outcomes, ['handler:paid dead no', 'handler:paid done null'])

    while ((await app.posthorn.get(id))?.attempts.length !== 2) await new Promise(setImmediate)
    assert.deepEqual(
      (await app.posthorn.list({ type: 'paid' })).events.map((event) => event.id),
      [id],
    )
    assert.throws(() => app.posthorn.list({ limit: 0 }), /limit: 0 is not accepted/)
    assert.deepEqual(
      (await app.posthorn.destinations()).map(({ name }) => name),
      ['handler:paid'],
    )
    assert.equal((await app.posthorn.change('handler:paid', 'pause')).state, 'paused')
    await assert.rejects(app.posthorn.replay('evt_00000000000'), { statusCode: 404 })
    await assert.rejects(app.posthorn.change('none', 'pause'), { statusCode: 404 })
    assert.equal(await app.posthorn.get('evt_00000000000'), null)
    assert.equal(await app.posthorn.isReady(), true)
  })
})

describe('when the app closes', () => {
  it('what is under way is answered and handed over before the store closes; the rest waits for the next start', async (t) => {
    const dataDir = tempDir()
    const first = createHost(t)
    const entered = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const order: string[] = []
    first.app.addHook('onClose', async () => void order.push('what handlers use is closed'))
    await first.app.register(posthorn, {
      dataDir,
      webhookSecret: secret,
      handlers: {
        slow: async () => {
          entered.resolve()
          await release.promise
          order.push('handled')
        },
      },
    })
    const port = await first.listen()
    await send(port, { path: '/webhook/slow', headers: signed('{}'), body: '{}' })
    await entered.promise

    // Half of a request is there when the app is told to close.
    const socket = connect({ port, host: '127.0.0.1' })
    const head = Object.entries(signed('{"late":1}')).map(([name, value]) => `${name}: ${value}\r\n`)
    const waiting = once(first.app.server, 'request')
    socket.write(`POST /webhook/late HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n${head.join('')}\r\n{"la`)
    await waiting
    const answer = untilClosed(socket)
    const closed = first.app.close()
    socket.write('te":1}')
    assert.match(await answer, /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    release.resolve()
    await closed
    assert.deepEqual(order, ['handled', 'what handlers use is closed'])

    const second = createHost(t)
    const { handler } = inbox()
    await second.app.register(posthorn, { dataDir, webhookSecret: secret, handlers: { _all: handler } })
    await second.app.ready()
    const { events } = await second.app.posthorn.list()
    assert.deepEqual(
      events.map(({ type, deliveries }) => [type, deliveries[0]?.state]),
      [
        ['late', undefined],
        ['slow', 'done'],
      ],
    )
  })

  it('requests that come before its server is closed are still taken', async (t) => {
    const { app, listen } = createHost(t, { return503OnClosing: false })
    await app.register(posthorn, base())
    const port = await listen()
    const socket = connect({ port, host: '127.0.0.1' })
    const connected = once(app.server, 'connection')
    const answer = untilClosed(socket)
    await connected
    // A request has begun that nobody has heard of yet, so the server cannot close.
    socket.write('POST /webhook/late HTTP/1.1\r\nHost: localhost\r\n')
    const first = await send(port, { path: '/webhook/a', headers: signed('{}'), body: '{}' })
    assert.equal(first.status, 200)
    const closed = app.close()
    // As long as a store takes to close that does not wait.
    const store = createHost(t).app
    await store.register(posthorn, base())
    await store.close()
    const head = Object.entries(signed('{}')).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`Content-Length: 2\r\n${head.join('')}\r\n{}`)
    assert.match(await answer, /^HTTP\/1\.1 200 /)
    await closed
  })

  it('requests that are injected are answered first', async (t) => {
    const { app } = createHost(t)
    const handedOver = Promise.withResolvers<void>()
    app.addHook('onRequest', async () => void setImmediate(handedOver.resolve))
    await app.register(posthorn, base())
    const body = '{"n":1}'
    const payload = new PassThrough()
    payload.write(body.slice(0, 3))
    const headers = { ...signed(body), 'content-length': String(body.length) }
    const answer = app.inject({ method: 'POST', url: '/webhook/a', headers, payload })
    await handedOver.promise
    const closed = app.close()
    const other = createHost(t).app
    await other.register(posthorn, base())
    await other.close()
    payload.end(body.slice(3))
    assert.equal((await answer).statusCode, 200)
    await closed
  })

  it('delivers at the next start what was stored before one that never came up', async (t) => {
    const dataDir = tempDir()
    const failing = createHost(t)
    await failing.app.register(posthorn, {
      dataDir,
      webhookSecret: secret,
      handlers: { a: () => assert.fail('handled') },
    })
    failing.app.register(async () => {
      throw new Error('another plugin')
    })
    await assert.rejects(async () => await failing.app.ready(), /another plugin/)
    await failing.app.close()

    const { app } = createHost(t)
    await app.register(posthorn, { dataDir, webhookSecret: secret })
    await app.ready()
    assert.equal(await app.posthorn.isReady(), true, 'the store was let go of')
  })
})

describe('what cannot be registered', () => {
  const refused = async (t: Parameters<typeof createHost>[0], options: object, message: RegExp) => {
    const { app } = createHost(t)
    await assert.rejects(async () => await app.register(posthorn, options), { name: 'ConfigError', message })
  }

  it('names the option and keeps secrets', async (t) => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    await refused(t, { ...base(), dataDir: file }, /^dataDir: .*file/)
    await refused(t, { dataDir: tempDir() }, /^requireSignature: .*webhookSecret.*requireSignature: false/)
    await refused(t, { ...base(), datadir: '.' }, /^datadir: there is no such option; did you mean dataDir\?$/)
    await refused(t, { ...base(), port: 3000 }, /^port: is a matter of the app/)
    await refused(t, { ...base(), handlers: { a: 'b' } }, /^handlers\["a"\]: is not a function/)
    await refused(t, { ...base(), prefix: 'hooks' }, /^prefix: /)
    await refused(t, { ...base(), webhookSecret: undefined }, /^webhookSecret: is undefined/)
  })

  it('once more in the same scope, or over the same folder, or where there is a route', async (t) => {
    const { app } = createHost(t)
    const dataDir = tempDir()
    await app.register(posthorn, { dataDir, webhookSecret: secret })
    await assert.rejects(async () => await app.register(posthorn, base()), {
      name: 'ConfigError',
      message: /a scope of its own/,
    })

    const other = createHost(t)
    await refusedBy(other.app.register(posthorn, { dataDir, webhookSecret: secret }), /^dataDir: .*in use/)

    const third = createHost(t)
    third.app.get('/hooks/webhook/*', async () => 'mine')
    const options = { ...base(), prefix: '/hooks' }
    await refusedBy(third.app.register(posthorn, options), /^prefix: the app has a route \/hooks\/webhook\/\* already/)
  })

  it('in an app that speaks HTTP/2', async (t) => {
    const { fastify } = await import('fastify')
    const app = fastify({ http2: true })
    t.after(() => app.close())
    await refusedBy(app.register(posthorn as never, base()), /HTTP\/1\.1 only/)
  })
})

async function refusedBy(registered: PromiseLike<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(async () => await registered, { name: 'ConfigError', message })
}
