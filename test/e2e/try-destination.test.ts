import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { adminToken, ask, askUntil } from '../reliability/support/operator.ts'
import { startSteeredSink } from '../reliability/support/steered-sink.ts'
import { startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { tempDir } from '../support/temp-dir.ts'

const hour = 3_600_000

test('a destination that is left alone for an hour is tried when the operator says so', async (t) => {
  const sink = await startSteeredSink(500)
  t.after(sink.close)
  const config = join(tempDir(), 'posthorn.config.json')
  const breaker = { failures: 3, pause: '1h' }
  const crm = { url: sink.url, breaker, concurrency: 1, schedule: ['1h', '1h', '1h'] }
  writeFileSync(config, JSON.stringify({ destinations: { crm } }))
  const { port, url } = await startGateway(t, { CONFIG: config, ADMIN_TOKEN: adminToken })
  const ids: string[] = []
  const sendEvents = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      const { json } = await send(port, { path: '/webhook/order.paid', body: `{"n":${n}}` })
      ids.push((json as { id: string }).id)
    }
  }
  const crmWhen = async (isSo: (one: { state: string; since: string | null; leased: number }) => boolean) =>
    (await askUntil(url, '/destinations', ({ destinations }) => isSo(destinations[0]))).destinations[0]
  const tryNow = () => ask(url, 'POST', '/destinations/crm/try')

  await sendEvents(5)
  const alone = await crmWhen(({ state, leased }) => state === 'failing' && leased === 0)
  assert.ok(Date.parse(alone.since) > Date.now() + hour / 2)
  assert.equal(sink.arrivals.length, 3)

  const tried = await tryNow()
  assert.deepEqual([tried.state, tried.since], ['failing', null])
  await crmWhen(({ since, leased }) => since !== null && leased === 0)
  assert.equal(sink.arrivals.length, 4, 'one attempt, and it is left alone again')

  sink.steer(204)
  await tryNow()
  assert.equal((await crmWhen(({ state }) => state === 'active')).retrying, 4)
  assert.deepEqual([...sink.taken().keys()], [ids[4]], 'what waits for a retry keeps its time')
  await assert.rejects(tryNow(), /409.*crm is not left alone.*replay/)

  sink.steer(500)
  await sendEvents(3)
  await crmWhen(({ state, leased }) => state === 'failing' && leased === 0)
  sink.steer(204)
  await tryNow()
  await crmWhen(({ state }) => state === 'active')
  assert.deepEqual([...sink.taken().keys()], [ids[4], ids[0]], 'where nothing is due, the oldest that waits is tried')
})

test('a destination that asks for a pause has it for all its deliveries, until the operator says otherwise', async (t) => {
  const sink = await startSteeredSink({ status: 429, retryAfter: '600' })
  t.after(sink.close)
  const config = join(tempDir(), 'posthorn.config.json')
  writeFileSync(config, JSON.stringify({ destinations: { crm: { url: sink.url, concurrency: 1 } } }))
  const { port, url } = await startGateway(t, { CONFIG: config, ADMIN_TOKEN: adminToken })
  const crmWhen = async (isSo: (one: { state: string; leased: number; pending: number }) => boolean) =>
    (await askUntil(url, '/destinations', ({ destinations }) => isSo(destinations[0]))).destinations[0]
  for (let n = 0; n < 5; n += 1) await send(port, { path: '/webhook/order.paid', body: `{"n":${n}}` })

  const waits = await crmWhen(({ state, leased, pending }) => state === 'throttled' && leased === 0 && pending === 5)
  const inMs = Date.parse(waits.since) - Date.now()
  assert.ok(inMs > 500_000 && inMs <= 600_000, String(inMs))
  assert.deepEqual([sink.arrivals.length, waits.retrying], [1, 1], 'the others have spent no attempt')

  sink.steer(204)
  await ask(url, 'POST', '/destinations/crm/try')
  const { retrying } = await crmWhen(
    ({ state, pending, leased }) => state === 'active' && pending === 1 && leased === 0,
  )
  assert.deepEqual([sink.taken().size, retrying], [4, 1], 'the one that was answered 429 keeps its time')
})
