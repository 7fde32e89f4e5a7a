import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { createSender, testEvent } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsStrace } from './support/machine.ts'
import { reconcile } from './support/reconcile.ts'
import { strace } from './support/strace.ts'

test('a disk that takes seconds holds up nothing but what it stores', { timeout: 60_000 }, async (t) => {
  if (!can(t, needsStrace())) return
  const dataDir = tempDir()
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
  })
  await (await startGateway({ dataDir })).end('SIGTERM')
  // Opening a database that is there takes fewer syncs than this; a few of those after it take two seconds each.
  const under = strace('fsync', 'delay_enter=2000000:when=8..10', '/dev/null')
  const gateway = await startGateway({ dataDir, under, env: { STORE_TIMEOUT_MS: '500' } })

  const acks = new Map<string, { id: string; duplicate: boolean }[]>()
  const events = new Map(Array.from({ length: 40 }, (_, n) => testEvent('slow', n)).map((event) => [event.id, event]))
  const order: string[] = []
  let late = 0
  for (const event of events.values()) {
    const posted = sender.post(gateway.origin, event).then((answer) => {
      order.push(`post ${answer.status}`)
      return answer
    })
    const asked = sender.get(gateway.origin, '/').then(({ status }) => order.push(`get ${status}`))
    let [answer] = await Promise.all([posted, asked])
    if (answer.status === 503) {
      late++
      assert.match(answer.retryAfter ?? '', /^\d+$/)
      assert.deepEqual(order.slice(-2), ['get 200', 'post 503'], 'others are answered while the disk is waited for')
    }
    while (answer.status === 503) {
      await pause(100)
      answer = await sender.post(gateway.origin, event)
    }
    assert.equal(answer.status, 200)
    acks.set(event.id, [{ id: answer.id ?? '', duplicate: answer.duplicate === true }])
  }
  const { lost, storedTwice } = await gateway.end('SIGTERM').then(() => reconcile(dataDir, { acks }, events))
  t.diagnostic(
    `slow disk: ${events.size} events, ${late} first answered 503, lost ${lost}, stored twice ${storedTwice}`,
  )
  assert.ok(late > 0, 'no sync was late')
  assert.deepEqual({ lost, storedTwice, acks: acks.size }, { lost: 0, storedTwice: 0, acks: events.size })
})
