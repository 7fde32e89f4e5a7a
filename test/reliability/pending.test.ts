import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../support/ports.ts'
import { tempDir } from '../support/temp-dir.ts'
import { createSender, type TestEvent } from './support/events.ts'
import { endAll, secret, startGateway } from './support/gateway.ts'
import { digest, reconcile } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

/** Bytes that something between the sender and the destination might want to improve. */
const bodies: readonly Buffer[] = [
  Buffer.from('{ "b": 1.0,\r\n\t"a": "\\u00e9", "a": 1e2 }\n'),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from('\ufeff{"with": "a byte order mark"}'),
  Buffer.alloc(0),
  randomBytes(200_000),
  ...Array.from({ length: 45 }, (_, n) => Buffer.from(`{"n": ${n}}`)),
]

function signed(body: Buffer, n: number): TestEvent {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const id = `pending-${n}`
  const headers = { 'content-type': 'application/octet-stream', 'x-event-id': id }
  return { id, body, headers: { ...headers, 'x-webhook-signature': `sha256=${signature}` } }
}

/** How many deliveries wait, and how many of them have a failed attempt behind them. */
function countWaiting(dataDir: string): { readonly waiting: number; readonly failed: number } {
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'), { readOnly: true })
  const row = db.prepare('SELECT count(*) AS n, sum(attempt > 0) AS failed FROM deliveries WHERE state = 0').get()
  db.close()
  return { waiting: Number(row?.['n']), failed: Number(row?.['failed']) }
}

/** The gateway leaves a destination alone after some failures: the other deliveries wait for their first attempt. */
function isDown(dataDir: string): boolean {
  const { waiting, failed } = countWaiting(dataDir)
  return waiting === bodies.length && failed >= 10
}

test('what waits for a destination that is down outlives a kill and arrives byte for byte', {
  timeout: 60_000,
}, async (t) => {
  const dataDir = tempDir()
  const port = await freePort()
  const env = { FORWARD_URL: `http://127.0.0.1:${port}/hook` }
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
  })
  const events = new Map(bodies.map(signed).map((event) => [event.id, event]))
  const acks = new Map<string, { id: string; duplicate: boolean }[]>()

  const first = await startGateway({ dataDir, env })
  for (const event of events.values()) {
    const { status, id, duplicate } = await sender.post(first.origin, event)
    assert.equal(status, 200)
    acks.set(event.id, [{ id: id ?? '', duplicate: duplicate === true }])
  }
  while (!isDown(dataDir)) await pause(50)
  await first.end('SIGKILL')

  const second = await startGateway({ dataDir, env })
  const sink = await startSink({ port })
  t.after(() => sink.close())
  const ids = [...acks.values()].flatMap((heard) => heard.map(({ id }) => id))
  await sink.tookAll(ids)
  assert.deepEqual(await second.end('SIGTERM'), { code: 0, signal: null })

  for (const [externalId, [ack]] of acks) {
    assert.equal(sink.digests.get(ack?.id ?? ''), digest(events.get(externalId)?.body), `${externalId} was altered`)
  }
  const { lost, altered, open } = await reconcile(dataDir, { acks }, events)
  t.diagnostic(
    `pending: ${events.size} events waited through a kill, ${sink.taken.size} arrived byte for byte, open ${open}`,
  )
  assert.deepEqual(
    { lost, altered, open, taken: sink.taken.size },
    { lost: 0, altered: 0, open: 0, taken: events.size },
  )
})
