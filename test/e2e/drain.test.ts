import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { json, text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { testEvent } from '../reliability/support/events.ts'
import { endAll, type Gateway, startGateway } from '../reliability/support/gateway.ts'
import { tempDir } from '../support/temp-dir.ts'

const limit = { timeout: 30_000 }

function start(t: TestContext, drainSeconds: number): Promise<Gateway> {
  t.after(endAll)
  return startGateway({ dataDir: tempDir(), env: { DRAIN_SECONDS: String(drainSeconds) } })
}

/** One connection that stays open, so that it shows who closes it. */
function keptAlive(t: TestContext): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  return agent
}

async function ask(
  gateway: Gateway,
  agent: Agent,
  method: 'GET' | 'POST',
  path: string,
  n = 0,
): Promise<IncomingMessage> {
  const event = testEvent('drain', n)
  const headers = method === 'POST' ? event.headers : {}
  const asked = httpRequest(`${gateway.origin}${path}`, { method, agent, headers })
  asked.end(method === 'POST' ? event.body : undefined)
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (answer === undefined) throw new Error('no answer')
  return answer
}

async function untilDraining(gateway: Gateway, agent: Agent): Promise<unknown> {
  for (;;) {
    const answer = await ask(gateway, agent, 'GET', '/health')
    const body: unknown = await json(answer)
    if (answer.statusCode === 503) return body
    await pause(20)
  }
}

test(
  'SIGTERM: health says draining, events are still taken, each answer closes its connection, exit 0',
  limit,
  async (t) => {
    const gateway = await start(t, 2)
    const agent = keptAlive(t)
    const before = await ask(gateway, agent, 'POST', '/webhook/order.created', 1)
    assert.equal(before.headers.connection, 'keep-alive')
    await text(before)

    gateway.signal('SIGTERM')
    assert.deepEqual(await untilDraining(gateway, agent), { status: 'draining' })
    for (let n = 2; n < 5; n++) {
      const answer = await ask(gateway, agent, 'POST', '/webhook/order.created', n)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers.connection, 'close')
      await text(answer)
    }
    assert.deepEqual(await gateway.exited, { code: 0, signal: null })
  },
)

test('a request that has begun is answered even when the door is already shut', limit, async (t) => {
  const gateway = await start(t, 0)
  const { port } = new URL(gateway.origin)
  const { body, headers } = testEvent('drain', 1)
  const slow = connect({ port: Number(port), host: '127.0.0.1' })
  t.after(() => slow.destroy())
  const lines = Object.entries({ ...headers, host: 'localhost', 'content-length': String(body.byteLength) })
  slow.write(`POST /webhook/order.created HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`)
  slow.write(body.subarray(0, 10))
  // Its headers have been read once a later connection has been answered.
  const agent = keptAlive(t)
  await text(await ask(gateway, agent, 'GET', '/'))

  gateway.signal('SIGTERM')
  while (await accepts(Number(port))) await pause(20)
  slow.write(body.subarray(10))
  assert.match(await text(slow), /^HTTP\/1\.1 200 /)
  assert.deepEqual(await gateway.exited, { code: 0, signal: null })
})

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

test('SIGINT waits for no load balancer', limit, async (t) => {
  const gateway = await start(t, 300)
  assert.deepEqual(await gateway.end('SIGINT'), { code: 0, signal: null })
})

test('a second signal ends a drain at once', limit, async (t) => {
  const gateway = await start(t, 300)
  gateway.signal('SIGTERM')
  await untilDraining(gateway, keptAlive(t))
  assert.deepEqual(await gateway.end('SIGTERM'), { code: 1, signal: null })
})
