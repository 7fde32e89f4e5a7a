import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, describe, it, type TestContext } from 'node:test'
import { buildTestApp } from '../../support/app.ts'
import { cli } from '../../support/cli.ts'
import { tempDir } from '../../support/temp-dir.ts'

const secret = 'a secret of 24 characters or more'
const stripeSecret = 'whsec_0123456789abcdef0123456789abcdef'
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0

interface Seen {
  readonly request: IncomingMessage
  readonly body: Buffer
}

/** Another receiver than the gateway. */
async function receiver(t: TestContext, answer: RequestListener): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    seen.push({ request, body: await buffer(request) })
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, seen }
}

describe('posthorn send, to the gateway', async () => {
  const { app, store } = await buildTestApp(
    { after },
    { WEBHOOK_SECRET: secret, STRIPE_WEBHOOK_SECRET: stripeSecret, SQUARE_WEBHOOK_SECRET: secret },
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const env = {
    PORT: String(port),
    WEBHOOK_SECRET: secret,
    STRIPE_WEBHOOK_SECRET: stripeSecret,
    SQUARE_WEBHOOK_SECRET: secret,
  }
  // The default URL is at localhost, which may be ::1 first.
  const at = (path: string) => ['--url', `http://127.0.0.1:${port}/webhook/${path}`]

  it('needs no more than the name where the environment has the rest', async () => {
    const { code, out } = await cli(['send', 'generic'], { env })
    assert.equal(code, 0, out)
    assert.match(out, /POST http:\/\/localhost:\d+\/webhook\/user\.created/)
    assert.equal((await store.list({ limit: 1 })).events[0]?.type, 'user.created')
  })

  it('reads the secret from .env, from a file without its line break, from standard input, or from the command line', async () => {
    const cwd = tempDir()
    writeFileSync(join(cwd, '.env'), `STRIPE_WEBHOOK_SECRET=${stripeSecret}\n`)
    writeFileSync(join(cwd, 'secret'), `${stripeSecret}\n`)
    for (const [flags, options] of [
      [[], { cwd }],
      [['--secret-file', 'secret'], { cwd, env: { STRIPE_WEBHOOK_SECRET: 'another one, which must not be used' } }],
      [['--secret-file', '-'], { stdin: `${stripeSecret}\n` }],
      [['--secret', stripeSecret], {}],
    ] as const) {
      const { code, out, err } = await cli(['send', 'stripe', ...at('stripe'), ...flags], options)
      assert.equal(code, 0, `${flags}: ${out}${err}`)
      assert.ok(!(out + err).includes(stripeSecret))
    }
  })

  it('signs as the default source understands it, by each of its schemes, with one secret', async () => {
    for (const scheme of ['x-webhook-signature', 'x-hookmesh-signature', 'standard-webhooks-v1']) {
      const { code, out } = await cli(['send', 'generic', '--scheme', scheme, ...at('order.paid')], { env })
      assert.equal(code, 0, out)
    }
    assert.equal((await cli(['send', 'hookmesh', ...at('order.paid')], { env })).code, 0)
  })

  it('sends type, id and payload as told, the payload byte by byte', async () => {
    const data = '{ "id": "evt_7",\n  "amount": 1.50, "type": "x" }'
    const { code, out } = await cli(['send', 'generic', ...at('order.paid'), '--data', data], { env })
    assert.equal(code, 0, out)
    const [event] = (await store.list({ limit: 1 })).events
    assert.deepEqual([event?.type, event?.externalId], ['order.paid', 'evt_7'])
    assert.equal(Buffer.from((await store.get(event?.id ?? ''))?.body ?? []).toString(), data)

    const named = ['send', 'stripe', ...at('stripe'), '--event', 'charge.refunded', '--id', 'evt_mine']
    assert.equal((await cli(named, { env })).code, 0)
    const [second] = (await store.list({ limit: 1 })).events
    assert.deepEqual([second?.type, second?.externalId], ['charge.refunded', 'evt_mine'])
    const again = await cli(named, { env })
    assert.deepEqual([again.code, /1 recognised as duplicates/.test(again.out)], [0, true], again.out)
  })

  it('takes an id in any script, in the body and in headers', async () => {
    for (const [provider, scheme] of [
      ['stripe', 'stripe-signature'],
      ['generic', 'standard-webhooks-v1'],
    ] as const) {
      const args = ['send', provider, '--scheme', scheme, '--id', 'Bestellung-ü-日本']
      const path = provider === 'stripe' ? 'stripe' : 'order.paid'
      const { code, out, err } = await cli([...args, ...at(path)], { env })
      assert.equal(code, 0, out + err)
    }
  })

  it('sends many, each with an id of its own', async () => {
    const args = ['send', 'stripe', ...at('stripe'), '--count', '30', '--concurrency', '6', '--json']
    const { code, json } = await cli(args, { env })
    assert.equal(code, 0)
    const { events } = json as { events: { externalId: string; requests: { duplicate: boolean }[] }[] }
    assert.equal(new Set(events.map(({ externalId }) => externalId)).size, 30)
    assert.ok(events.every(({ requests }) => requests.length === 1 && requests[0]?.duplicate === false))
  })

  it('is 1 with a hint when the gateway does not agree', async () => {
    const wrong = await cli(['send', 'stripe', ...at('stripe'), '--secret', 'not the one of the gateway'])
    assert.equal(wrong.code, 1)
    assert.match(wrong.out, /✗ it should be accepted, but is 401 "Invalid signature\."\n.*STRIPE_WEBHOOK_SECRET/)
    const unsigned = await cli(['send', 'generic', ...at('x'), '--unsigned'], { env })
    assert.deepEqual([unsigned.code, /--unsigned/.test(unsigned.out)], [1, true], unsigned.out)
    const square = await cli(['send', 'square', ...at('square')], { env })
    assert.deepEqual([square.code, /PUBLIC_URL=http:/.test(square.out)], [1, true], square.out)
  })

  it('prints a command for curl that the gateway accepts', { skip: !has('curl') && 'needs curl' }, async () => {
    const quote = `{"id":"evt_q","note":"it's \\"quoted\\" & $HOME"}`
    for (const args of [
      ['send', 'stripe', ...at('stripe')],
      ['send', 'generic', ...at('x'), '--data', quote],
      ['send', 'generic', ...at('x'), '--data', 'binary', '--fault', 'chunked'],
    ]) {
      const cwd = tempDir()
      writeFileSync(join(cwd, 'binary'), Buffer.from([0x40, 0, 1, 255, 10]))
      const { code, out } = await cli([...args, '--dry-run'], { env, cwd })
      assert.equal(code, 0)
      const running = spawn('bash', ['-c', out.replaceAll('curl ', 'curl -sS ')])
      const answer = await buffer(running.stdout)
      assert.match(answer.toString(), /"duplicate":false/, `${out}\n${answer}`)
    }
  })
})

describe('posthorn send, to a gateway without any secret', async () => {
  const { app } = await buildTestApp({ after }, {})
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/webhook/x`

  it('takes --unsigned, and says of a fault that it went unnoticed', async () => {
    assert.equal((await cli(['send', 'generic', '--unsigned', '--url', url])).code, 0)
    const { code, out } = await cli(['send', 'generic', '--url', url, '--secret', secret, '--fault', 'wrong-secret'])
    assert.equal(code, 1)
    assert.match(out, /it was accepted, but must be rejected\n.*WEBHOOK_SECRET/)
  })
})

describe('posthorn send, to anyone', () => {
  const send = async (url: string, ...more: readonly string[]) =>
    await cli(['send', 'stripe', '--url', url, '--secret', stripeSecret, ...more])

  it('understands a receiver with words of its own', async (t) => {
    const strict = await receiver(t, (_request, response) => response.writeHead(400).end('Webhook Error'))
    assert.equal((await send(strict.url, '--fault', 'wrong-secret')).code, 0)
    assert.equal((await send(strict.url)).code, 1)
    const careless = await receiver(t, (_request, response) => response.end('ok'))
    assert.equal((await send(careless.url)).code, 0)
    assert.equal((await send(careless.url, '--fault', 'no-signature')).code, 1)
    const confused = await receiver(t, (_request, response) =>
      response.end('{"message":"known","id":"1","duplicate":true}'),
    )
    const called = await send(confused.url)
    assert.deepEqual([called.code, /called a duplicate, but is new/.test(called.out)], [1, true], called.out)
    const forgetful = await receiver(t, (_request, response) =>
      response.end('{"message":"stored","id":"1","duplicate":false}'),
    )
    const twice = await send(forgetful.url, '--fault', 'duplicate')
    assert.deepEqual([twice.code, /stored again, but is a duplicate/.test(twice.out)], [1, true])
    const atOnce = await send(forgetful.url, '--fault', 'concurrent-duplicates', '--concurrency', '4')
    assert.deepEqual([atOnce.code, /4 of 4 were stored as new/.test(atOnce.out)], [1, true], atOnce.out)
  })

  it('tells a wrong refusal of the gateway from a right one', async (t) => {
    const mixed = await receiver(t, (_request, response) =>
      response.writeHead(401).end('{"error":"Invalid signature."}'),
    )
    const { code, out } = await send(mixed.url, '--fault', 'stale')
    assert.deepEqual([code, /it should be 401 "Request expired\."/.test(out)], [1, true], out)
  })

  it('sends exactly one length, none with chunked, and its own headers', async (t) => {
    const { url, seen } = await receiver(t, (_request, response) => response.end())
    await send(url, '--header', 'X-Trace: é 1', '--header', 'x-two: 2')
    await send(url, '--fault', 'chunked')
    const [plain, chunked] = seen
    assert.equal(plain?.request.headers['content-length'], String(plain?.body.length))
    assert.equal(plain?.request.headers['transfer-encoding'], undefined)
    assert.equal(Buffer.from(String(plain?.request.headers['x-trace']), 'latin1').toString(), 'é 1')
    assert.equal(plain?.request.headers['x-two'], '2')
    assert.equal(chunked?.request.headers['transfer-encoding'], 'chunked')
    assert.equal(chunked?.request.headers['content-length'], undefined)
  })

  it('sends a duplicate with the same bytes and headers', async (t) => {
    const { url, seen } = await receiver(t, (_request, response) => response.end())
    await send(url, '--fault', 'duplicate')
    const [one, two] = seen
    assert.deepEqual(one?.body, two?.body)
    assert.deepEqual(one?.request.rawHeaders, two?.request.rawHeaders)
  })

  it('does not follow a redirection, and says where it leads', async (t) => {
    const { url, seen } = await receiver(t, (_request, response) =>
      response.writeHead(301, { location: '/other' }).end(),
    )
    const { code, out } = await send(url)
    assert.deepEqual([code, seen.length], [1, 1])
    assert.match(out, /redirected to \/other/)
  })

  it('shows nothing of an answer that would move the terminal', async (t) => {
    const { url } = await receiver(t, (_request, response) => response.end('\u001b[2Jgone\u0007\r\nnext'))
    const { out } = await send(url)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.ok(!/[\u0000-\u0009\u000b-\u001f]/.test(out), JSON.stringify(out))
    assert.match(out, / gone next$/m)
  })

  it('is 3 when nobody answers, and names the cause', async (t) => {
    const closed = createTcpServer()
    closed.listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    const refused = await send(`http://127.0.0.1:${port}/`)
    assert.deepEqual([refused.code, /nothing listens there/.test(refused.out)], [3, true], refused.out)

    const { url } = await receiver(t, (_request, response) => response.end())
    const tls = await send(url.replace('http:', 'https:'))
    assert.deepEqual([tls.code, /does not speak TLS/.test(tls.out)], [3, true], tls.out)

    const silent = await receiver(t, (request) => void request.socket.destroy())
    const cut = await send(silent.url)
    assert.deepEqual([cut.code, /closed without an answer/.test(cut.out)], [3, true], cut.out)

    const stuck = await receiver(t, () => {})
    const late = await send(stuck.url, '--timeout', '0.05')
    assert.deepEqual([late.code, /no answer within 0\.05 s/.test(late.out)], [3, true], late.out)
  })

  it('stops a slow body when the answer is there already', async (t) => {
    const server = createServer((request, response) => {
      response.writeHead(413, { connection: 'close' }).end('{"error":"Payload too large."}')
      request.resume()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    const { code, out } = await send(`http://127.0.0.1:${port}/`, '--fault', 'slow', '--drip', '3600')
    assert.deepEqual([code, /is 413 "Payload too large\."/.test(out)], [1, true], out)
  })
})

describe('posthorn send --generate-key', () => {
  it('makes a key pair: what it prints verifies what its file signs', async (t) => {
    for (const provider of ['sendgrid', 'discord', 'wise', 'fusionauth', 'standard-webhooks']) {
      const cwd = tempDir()
      const scheme = provider === 'standard-webhooks' ? ['--scheme', 'standard-webhooks-v1a'] : []
      const made = await cli(['send', provider, ...scheme, '--generate-key', 'key.pem'], { cwd })
      assert.equal(made.code, 0, made.err)
      const [, name = '', value = ''] = /^(\w+)='(.+)'$/m.exec(made.out) ?? []
      assert.ok(!made.out.includes('PRIVATE KEY'))
      assert.match(readFileSync(join(cwd, 'key.pem'), 'utf8'), /PRIVATE KEY/)
      assert.equal(statSync(join(cwd, 'key.pem')).mode & 0o777, 0o600)

      const { app } = await buildTestApp(t, { [name]: value })
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = app.server.address() as AddressInfo
      const url = ['--url', `http://127.0.0.1:${port}/webhook/${provider}`]
      const sent = await cli(['send', provider, ...scheme, '--secret-file', 'key.pem', ...url], { cwd })
      assert.equal(sent.code, 0, sent.out + sent.err)
    }
  })

  it('overwrites nothing', async () => {
    const cwd = tempDir()
    writeFileSync(join(cwd, 'key.pem'), 'precious')
    const { code, err } = await cli(['send', 'stripe', '--generate-key', 'key.pem'], { cwd })
    assert.deepEqual([code, /is there already/.test(err)], [2, true])
    assert.equal(readFileSync(join(cwd, 'key.pem'), 'utf8'), 'precious')
  })
})

describe('a command line that makes no sense', () => {
  const env = { STRIPE_WEBHOOK_SECRET: stripeSecret, GITHUB_WEBHOOK_SECRET: secret }
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['send'], /missing required argument 'provider'/],
    [['send', 'strpe'], /no provider "strpe"; did you mean "stripe"\?/],
    [['send', 'slack'], /SLACK_WEBHOOK_SECRET is not set[\s\S]*--secret-file/],
    [['send', 'sendgrid'], /private key[\s\S]*--generate-key/],
    [['send', 'sendgrid', '--secret', 'MFkw'], /does not fit[\s\S]*private key/],
    [['send', 'svix', '--secret', 'not base64!'], /does not fit what Svix signs with/],
    [['send', 'stripe', '--secret', ''], /--secret: is empty/],
    [['send', 'stripe', '--secret', 'x', '--secret-file', 'y'], /leave one out/],
    [['send', 'stripe', '--secret-file', 'absent'], /--secret-file: absent cannot be read: there is no such file/],
    [['send', 'stripe', '--secret-file', '-', '--data', '-'], /both be read from standard input/],
    [['send', 'stripe', '--data', '{"a":'], /neither JSON nor a file/],
    [['send', 'stripe', '--scheme', 'v9'], /no scheme named "v9"; it has stripe-signature/],
    [['send', 'stripe', '--fault', 'typo'], /Allowed choices are stale/],
    [['send', 'github', '--fault', 'stale'], /GitHub signs no time/],
    [['send', 'stripe', '--unsigned', '--fault', 'stale'], /exclude each other/],
    [['send', 'stripe', '--count', '0'], /whole number from 1/],
    [['send', 'stripe', '--timeout', '-1'], /Give seconds/],
    [['send', 'stripe', '--header', 'no colon'], /a name, a colon and a value/],
    [['send', 'stripe', '--header', 'a: b\r\nc: d'], /on one line/],
    [['send', 'stripe', '--id', 'a\nb'], /text on one line/],
    [['send', 'stripe', '--url', 'ftp://x/'], /http or https URL/],
    [['send', 'stripe', '--url', 'http://u:p@localhost/'], /not in the URL/],
    [['send', 'stripe', '--source', 'Not A Source'], /lower-case letters/],
    [['send', 'github', '--event', 'push', '--unknown'], /unknown option '--unknown'/],
    [['send', 'webex', '--secret', secret, '--event', 'messages'], /resource\.event/],
    [['send', 'airtable', '--secret', 'c2VjcmV0', '--event', 'x'], /have no type of their own/],
    [['send', 'meta', '--secret', secret, '--id', 'x'], /have no id/],
    [['send', 'stripe', 'more'], /too many arguments/],
    [['sned'], /unknown command 'sned'/],
  ]
  for (const [args, message] of cases) {
    it(args.join(' '), async () => {
      const { code, out, err } = await cli(args, { env })
      assert.deepEqual([code, out], [2, ''], err)
      assert.match(err, message)
      assert.ok(!err.includes(stripeSecret) && !err.includes('not base64!'))
    })
  }

  it('says what is wrong with a .env that is none', async () => {
    const cwd = tempDir()
    mkdirSync(join(cwd, '.env'))
    const { code, err } = await cli(['send', 'stripe'], { cwd })
    assert.deepEqual([code, /\.env cannot be read/.test(err)], [2, true], err)
  })
})
