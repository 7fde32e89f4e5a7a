import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { createSender, testEvent } from '../reliability/support/events.ts'
import { endAll, type Gateway, startGateway } from '../reliability/support/gateway.ts'
import { adminToken, ask, askUntil } from '../reliability/support/operator.ts'
import { type Steering, startSteeredSink } from '../reliability/support/steered-sink.ts'
import { tempDir } from '../support/temp-dir.ts'

const limit = { timeout: 60_000 }

/** A gateway that forwards to a sink which the test steers, and that can be stopped and started again. */
async function operated(t: TestContext, steering: Steering) {
  const sink = await startSteeredSink(steering)
  const sender = createSender()
  const dataDir = tempDir()
  t.after(async () => {
    await sender.close()
    await endAll()
    await sink.close()
  })
  const env = { FORWARD_URL: sink.url, ADMIN_TOKEN: adminToken }
  const destination = `/destinations/${encodeURIComponent(forwardName(new URL(sink.url)))}`
  let gateway = await startGateway({ dataDir, env })
  const stateOf = async () => {
    const { destinations } = await ask(gateway.origin, 'GET', '/destinations')
    return destinations[0]
  }
  return {
    sink,
    destination,
    stateOf,
    get: (path: string) => ask(gateway.origin, 'GET', path),
    post: (path: string, body?: unknown) => ask(gateway.origin, 'POST', path, body),
    until: (path: string, isSo: Parameters<typeof askUntil>[2]) => askUntil(gateway.origin, path, isSo),
    async send(from: number, to: number): Promise<string[]> {
      const ids: string[] = []
      for (let n = from; n < to; n++) ids.push((await sender.post(gateway.origin, testEvent('operate', n))).id ?? '')
      return ids
    },
    async restart(signal: NodeJS.Signals): Promise<Gateway> {
      await gateway.end(signal)
      gateway = await startGateway({ dataDir, env })
      return gateway
    },
  }
}

test(
  'a destination that answers 410 is disabled, through a restart too, until the operator enables it',
  limit,
  async (t) => {
    const { sink, destination, stateOf, until, post, send, restart } = await operated(t, 410)
    const [gone = ''] = await send(0, 1)
    await until('/destinations', ({ destinations }) => destinations[0].state === 'disabled')
    await until(`/events/${gone}`, ({ deliveries }) => deliveries[0].state === 'dead')
    sink.steer(204)
    const waiting = await send(1, 4)

    const { output } = await restart('SIGKILL')
    assert.match(output(), /a destination is disabled: enable it once it takes events again/)
    const status = await stateOf()
    assert.deepEqual([status.state, status.pending], ['disabled', 3])
    assert.match(status.reason, /410 \(gone\)/)
    assert.equal(sink.arrivals.length, 1, 'nothing was sent to it meanwhile')

    await post(`${destination}/enable`)
    await sink.until(() => sink.taken().size === 3)
    assert.deepEqual([...sink.taken().keys()].toSorted(), waiting.toSorted())
    assert.equal((await stateOf()).state, 'active')
  },
)

test(
  'a destination that is paused stays so through stops and kills, and gets everything once it is resumed',
  limit,
  async (t) => {
    const { sink, destination, stateOf, post, send, restart } = await operated(t, 204)
    await post(`${destination}/pause`)
    const ids = await send(0, 3)
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await restart(signal)
      ids.push(...(await send(ids.length, ids.length + 2)))
      const { state, pending } = await stateOf()
      assert.deepEqual([state, pending], ['paused', ids.length])
    }
    assert.equal(sink.arrivals.length, 0)
    await post(`${destination}/resume`)
    await sink.until(() => sink.taken().size === ids.length)
    assert.deepEqual([...sink.taken().keys()].toSorted(), ids.toSorted())
  },
)

test('deliveries are replayed by filter, and those of the filter alone', limit, async (t) => {
  const { sink, destination, get, post, until, send } = await operated(t, 204)
  const done = await send(0, 5)
  await sink.until(() => sink.taken().size === done.length)
  await until('/deliveries?state=done', ({ deliveries }) => deliveries.length === done.length)
  const boundary = (await get(`/events/${done.at(-1)}`)).receivedAt
  sink.steer(422)
  const [refused = ''] = await send(5, 6)
  await until(
    `/events/${refused}`,
    ({ deliveries }) => deliveries[0].attempts === 1 && deliveries[0].state === 'pending',
  )

  // So that its own schedule does not come first.
  await post(`${destination}/pause`)
  sink.steer(204)
  const filter = { state: 'retrying' }
  assert.deepEqual(await post('/jobs', { kind: 'replay', filter, dryRun: true }), { matching: 1 })
  const { id } = await post('/jobs', { kind: 'replay', filter })
  const { count } = await until(`/jobs/${id}`, ({ state }) => state !== 'running')
  assert.equal(count, 1)
  await post(`${destination}/resume`)
  await sink.until(() => sink.taken().get(refused) === 1)

  const older = { state: 'done', to: boundary }
  const { matching } = await post('/jobs', { kind: 'replay', filter: older, dryRun: true })
  const again = await post('/jobs', { kind: 'replay', filter: older })
  assert.equal((await until(`/jobs/${again.id}`, ({ state }) => state !== 'running')).count, matching)
  const twice = () => [...sink.taken()].filter(([, times]) => times === 2).map(([event]) => event)
  await sink.until(() => twice().length === matching)
  assert.ok(matching >= 4 && twice().every((event) => done.includes(event)), 'what came later is left alone')
})
