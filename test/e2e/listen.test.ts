import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { type RunningCli, startCli } from '../support/cli.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { tempDir } from '../support/temp-dir.ts'
import { hasTerminals, openTestTerminal, up } from '../support/terminal.ts'

const adminToken = 'f00dcafe'.repeat(8)
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const limit = { timeout: 60_000 }

interface Seen {
  readonly headers: IncomingMessage['headers']
  readonly url: string | undefined
  readonly body: Buffer
}

interface Program {
  readonly port: number
  readonly url: string
  readonly seen: readonly Seen[]
  /** Resolves once it was sent so many. */
  took(count: number): Promise<void>
}

const ok: RequestListener = (_, response) => response.end('ok')

/** What a developer has running. */
async function program(t: TestContext, answer: RequestListener = ok, port = 0): Promise<Program> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { headers, url } = request
    seen.push({ headers, url, body: await buffer(request) })
    server.emit('seen')
    answer(request, response)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const own = (server.address() as AddressInfo).port
  return {
    port: own,
    url: `http://127.0.0.1:${own}/hooks?a=1`,
    seen,
    async took(count) {
      while (seen.length < count) await once(server, 'seen')
    },
  }
}

async function post(
  gateway: Gateway,
  type: string,
  body: string | Buffer = '{}',
  headers: Record<string, string> = {},
) {
  const answer = await fetch(`${gateway.url}/webhook/${type}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  assert.equal(answer.status, 200)
  const { id }: { id: string } = JSON.parse(await answer.text())
  return id
}

/** Ends with the test, whatever becomes of that. */
function listenTo(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>>): RunningCli {
  const running = startCli(['listen', '--forward-to', ...args], { env })
  t.after(running.interrupt)
  return running
}

function environment(gateway: Gateway): Record<string, string> {
  return { POSTHORN_URL: gateway.url, ADMIN_TOKEN: adminToken, XDG_STATE_HOME: tempDir() }
}

const typesOf = ({ seen }: Program) => seen.map(({ headers }) => headers['posthorn-type'])

describe('posthorn listen', limit, () => {
  it('hands on exact bytes and headers, signed, to everybody who listens, and changes nothing at the gateway', async (t) => {
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken })
    const [first, second] = [await program(t), await program(t)]
    const env = environment(gateway)
    const listeners = [
      listenTo(t, [first.url, '--json'], { ...env, FORWARD_SECRET: secret }),
      listenTo(t, [second.url, '--header', 'authorization: Bearer mine'], env),
    ]
    for (const listener of listeners) await listener.printed(/Ctrl-C ends/)
    // Neither text nor JSON.
    const bytes = Buffer.from([0x7b, 0x20, 0xff, 0x00, 0x7d])
    const sent = { 'x-sender': 'Zoë', 'x-api-key': 'for the gateway', 'webhook-id': 'theirs' }
    const id = await post(gateway, 'user.created', bytes, {
      ...sent,
      'content-type': 'application/octet-stream',
      'x-sender': Buffer.from('Zoë').toString('latin1'),
    })
    for (const { took } of [first, second]) await took(1)
    for (const { seen } of [first, second]) {
      assert.deepEqual(seen[0]?.body, bytes)
      assert.equal(seen[0]?.url, '/hooks?a=1')
      assert.equal(Buffer.from(String(seen[0]?.headers['x-sender']), 'latin1').toString(), 'Zoë')
      assert.equal(seen[0]?.headers['x-api-key'], undefined, 'what is hidden is left out')
      assert.equal(seen[0]?.headers['posthorn-event-id'], id)
      assert.equal(seen[0]?.headers['posthorn-attempt'], '1')
    }
    const { headers } = first.seen[0] ?? {}
    assert.deepEqual([headers?.['webhook-id'], headers?.['posthorn-original-webhook-id']], [id, 'theirs'])
    assert.equal(second.seen[0]?.headers['webhook-id'], 'theirs')
    assert.equal(second.seen[0]?.headers.authorization, 'Bearer mine')
    const text = await post(gateway, 'order.paid', '{ "total" : 1 }')
    await first.took(2)
    const signed = Object.fromEntries(
      Object.entries(first.seen[1]?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    )
    new Webhook(secret).verify(first.seen[1]?.body ?? '', signed)
    await listeners[0]?.printed(/order\.paid/)
    await second.took(2)
    for (const listener of listeners) listener.interrupt()
    const [json, lines] = await Promise.all(listeners.map(({ done }) => done))
    assert.deepEqual(
      json?.records.map(({ event, status, attempt }) => [event.id, status, attempt]),
      [
        [id, 200, 1],
        [text, 200, 1],
      ],
    )
    assert.match(lines?.out ?? '', /^\d\d:\d\d:\d\d {2}200 {2}\d+ ms {2}\S+ {2}user\.created {2}evt_/)
    const answer = await fetch(`${gateway.url}/api/events/${id}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    })
    const { deliveries, attempts }: Record<string, unknown[]> = JSON.parse(await answer.text())
    assert.deepEqual([deliveries, attempts], [[], []])
  })

  it('goes on where it was left, after a pause and through a restart of the gateway', async (t) => {
    const settings = { ADMIN_TOKEN: adminToken, DATA_DIR: tempDir(), PORT: String(await freePort()) }
    let gateway = await startGateway(t, settings)
    const app = await program(t)
    const env = environment(gateway)
    const listen = () => listenTo(t, [app.url, '--resume'], env)
    const before = listen()
    await before.printed(/nobody listened as "127\.0\.0\.1-\d+-hooks" yet/)
    await before.printed(/Ctrl-C ends/)
    await post(gateway, 'one')
    await before.printed(/one/)
    before.interrupt()
    assert.equal((await before.done).code, 0)

    for (const type of ['two', 'three']) await post(gateway, type)
    const after = listen()
    await app.took(3)
    await gateway.kill()
    await after.printed(/trying again in/)
    gateway = await startGateway(t, settings)
    await post(gateway, 'four')
    await app.took(4)
    await after.printed(/connected again/)
    after.interrupt()
    await after.done
    assert.deepEqual(typesOf(app), ['one', 'two', 'three', 'four'])
  })

  it('says that nobody takes the events, and goes on; or waits with --retry', async (t) => {
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken })
    const env = environment(gateway)
    const port = await freePort()
    const target = `http://127.0.0.1:${port}/`
    const first = await post(gateway, 'one')
    const going = listenTo(t, [target, '--since', '1h', '--json'], env)
    await going.printed(/"one"/)
    await post(gateway, 'two')
    await going.printed(/"two"/)
    going.interrupt()
    const { records, err } = await going.done
    assert.deepEqual(
      records.map(({ event, status, error }) => [event.type, status, error]),
      [
        ['one', null, 'ECONNREFUSED'],
        ['two', null, 'ECONNREFUSED'],
      ],
    )
    assert.equal(err.match(/nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\): start your program/g)?.length, 1)
    assert.match(err, /2 requests sent, 2 of them not taken/)

    const waiting = listenTo(t, [target, '--since', first, '--retry', '--lines'], env)
    await waiting.printed(/nothing listens/)
    const app = await program(t, ok, port)
    await waiting.printed(/two/)
    await post(gateway, 'three')
    await app.took(2)
    waiting.interrupt()
    await waiting.done
    assert.deepEqual(typesOf(app), ['two', 'three'])
  })

  it('takes what its filters want', async (t) => {
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken })
    const app = await program(t)
    const filter = '{"body.total":{"$gt":10}}'
    const args = [app.url, '--type', 'order.*', '--type', 'end', '--filter', filter]
    const running = listenTo(t, args, environment(gateway))
    await running.printed(/Ctrl-C ends/)
    await post(gateway, 'order.small', '{"total":1}')
    await post(gateway, 'user.created', '{"total":100}')
    await post(gateway, 'order.large', '{"total":100}')
    await post(gateway, 'order.text', 'total', { 'content-type': 'text/plain' })
    await post(gateway, 'end', '{"total":11}')
    await running.printed(/ end /)
    running.interrupt()
    await running.done
    assert.deepEqual(typesOf(app), ['order.large', 'end'])
  })

  it('refuses what makes no sense', async () => {
    const env = { POSTHORN_URL: 'http://localhost:3000', XDG_STATE_HOME: tempDir() }
    for (const [args, code, expected] of [
      [[], 2, /--forward-to <url>' not specified/],
      [['--forward-to', 'http://127.0.0.1:3000/hooks'], 2, /is the gateway itself/],
      [['--forward-to', '4000', '--filter', '{"type":"x"}'], 2, /--filter.*type/],
      [['--forward-to', '4000', '--filter', '{type:1}'], 2, /--filter: is not JSON/],
      [['--forward-to', '4000', '--header', 'webhook-id: x'], 2, /webhook-id is made for each request/],
      [['--forward-to', '4000', '--cursor', '../x'], 2, /A name is letters/],
      [['--forward-to', '4000', '--secret-file', '-'], 2, /--secret-file: is not whsec_/],
      [['--forward-to', '4000', '--url', 'http://127.0.0.1:1'], 3, /nothing listens there/],
    ] as const) {
      const { code: ended, err } = await startCli(['listen', ...args], { env, stdin: 'not base64!' }).done
      assert.equal(ended, code, err)
      assert.match(err, expected)
    }
  })
})

describe('the live list of posthorn listen', {
  ...limit,
  skip: hasTerminals ? false : 'there is no script of util-linux',
}, () => {
  it('shows what comes, sends it again, shows all of it, and gives the terminal back', async (t) => {
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken })
    let status = 500
    const app = await program(t, (_, response) =>
      response.writeHead(status, { 'x-answer': '\u0085[2J' }).end('{"why":"not yet"}'),
    )
    const terminal = openTestTerminal(t, ['listen', '--forward-to', app.url], environment(gateway))
    await terminal.until((text) => text.includes('No event yet') && text.includes('live'))
    const evil = '{"title":"\\u001b]0;owned\\u0007","raw":"\u009b31m"}'
    await post(gateway, 'order.paid', evil)
    await post(gateway, 'user.created')
    await terminal.until((text) => /500 .*order\.paid/.test(text) && /› .*500 .*user\.created/.test(text))
    assert.match(terminal.screen()[0] ?? '', /live · 2 events · 2 not taken$/)

    status = 200
    terminal.type(up)
    await terminal.until((text) => /› .*order\.paid/.test(text))
    terminal.type('r')
    await terminal.until((text) => /› .*200 .*order\.paid/.test(text))
    assert.deepEqual(
      app.seen.map(({ headers }) => [headers['posthorn-type'], headers['posthorn-attempt']]),
      [
        ['order.paid', '1'],
        ['user.created', '1'],
        ['order.paid', '2'],
      ],
    )

    terminal.type('d')
    await terminal.until((text) => text.includes('Headers'))
    assert.ok(terminal.screen().some((line) => line.includes('200') && line.includes('attempt 2')))
    terminal.type('G')
    await terminal.until((text) => text.includes('"title"'))
    assert.ok(
      terminal.screen().some((line) => line.includes('"raw": "\\x9b31m"')),
      terminal.screen().join('\n'),
    )
    terminal.type('q')
    await terminal.until((text) => text.includes('STATUS'))

    terminal.type('f')
    await terminal.until((text) => text.includes('held back'))
    await post(gateway, 'later')
    await terminal.until((text) => /waits .*later/.test(text))
    terminal.type('f')
    await terminal.until((text) => /200 .*later/.test(text))
    terminal.type('o')
    await terminal.until((text) => text.includes(`${gateway.url}/console/events/evt_`))
    terminal.type('c')
    await terminal.until((text) => text.includes('No event yet'))
    terminal.type('q')
    assert.equal(await terminal.exited, 0)
    assert.ok(terminal.raw().includes('\u001b[?1049l'))
    assert.match(terminal.screen().join('\n'), /4 requests sent, 2 of them not taken/)
  })

  it('gives the terminal back when it is told to end, too', async (t) => {
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken })
    const terminal = openTestTerminal(t, ['listen', '--forward-to', '4'], environment(gateway))
    await terminal.until((text) => text.includes('No event yet'))
    terminal.type('\u0003')
    assert.equal(await terminal.exited, 0)
    assert.ok(terminal.raw().includes('\u001b[?25h\u001b[?1049l'))
  })
})
