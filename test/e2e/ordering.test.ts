import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { tempDir } from '../support/temp-dir.ts'
import { portOf } from '../unit/delivery/support.ts'

const customers = 6
const perCustomer = 30
/** After so many requests the gateway is killed, each time. */
const kills = [25, 70, 120]

interface Seen {
  readonly customer: string
  readonly n: number
  readonly answered: number
}

/** A server that refuses a third of what comes at first, and one event of each customer for good. */
async function startSink(t: TestContext) {
  const seen: Seen[] = []
  let news = () => {}
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { customer, n }: { customer: string; n: number } = JSON.parse(text)
    const again = seen.some((other) => other.customer === customer && other.n === n)
    const answered = n === 7 ? 400 : !again && n % 3 === 1 ? 500 : 204
    seen.push({ customer, n, answered })
    response.writeHead(answered, n === 7 ? { 'webhook-delivery': 'abort-message' } : {}).end()
    news()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/`,
    seen,
    async until(reached: () => boolean) {
      while (!reached())
        await new Promise<void>((resolve) => {
          news = resolve
        })
    },
  }
}

it('by key, events arrive in the order of their acceptance, through failures and kill -9', async (t) => {
  const sink = await startSink(t)
  const config = join(tempDir(), 'posthorn.config.json')
  const destination = {
    url: sink.url,
    secret: false,
    orderBy: '/customer',
    schedule: Array.from({ length: 8 }, () => '20ms'),
    breaker: false,
  }
  writeFileSync(config, JSON.stringify({ destinations: { orders: destination } }))
  const env = { CONFIG: config, DATA_DIR: join(tempDir(), 'data') }
  let gateway = await startGateway(t, env)

  const finished = () =>
    new Set(sink.seen.filter((s) => s.answered !== 500).map(({ customer, n }) => `${customer}/${n}`))
  const post = async (customer: string, n: number) => {
    const request = {
      path: '/webhook/order',
      body: JSON.stringify({ id: `${customer}/${n}`, type: 'order', customer, n }),
    }
    for (;;) {
      // While it is down nobody answers: the sender asks again, and what was stored already is a duplicate.
      const answer = await send(gateway.port, request).catch(() => null)
      if (answer?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const sending = Array.from({ length: customers }, async (_, c) => {
    for (let n = 0; n < perCustomer; n++) await post(`c${c}`, n)
  })
  for (const count of kills) {
    await sink.until(() => sink.seen.length >= count)
    await gateway.kill()
    gateway = await startGateway(t, env)
  }
  await Promise.all(sending)
  await sink.until(() => finished().size === customers * perCustomer)

  for (let c = 0; c < customers; c++) {
    const order = sink.seen.filter(({ customer }) => customer === `c${c}`)
    let done = -1
    for (const { n, answered } of order) {
      // What was under way at a kill comes once more; nothing ever comes early.
      assert.ok(n === done + 1 || n === done, `c${c}: ${n} came after ${done}`)
      if (answered !== 500) done = n
    }
    assert.equal(done, perCustomer - 1)
  }
})
