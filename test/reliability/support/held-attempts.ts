import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { tempDir } from '../../support/temp-dir.ts'
import { createSender, testEvent } from './events.ts'
import { endAll, type Gateway, startGateway } from './gateway.ts'
import { type SteeredSink, startSteeredSink } from './steered-sink.ts'

/** A gateway whose destination takes requests and says nothing, for proofs of what becomes of attempts under way. */
export interface HeldAttempts {
  readonly dataDir: string
  readonly sink: SteeredSink
  start(): Promise<Gateway>
  /** Sends so many new events; gives Posthorn's ids. */
  send(gateway: Gateway, count: number): Promise<string[]>
}

/** @param concurrency attempts that are under way at once */
export async function holdAttempts(t: TestContext, concurrency: number): Promise<HeldAttempts> {
  const dataDir = tempDir()
  const sink = await startSteeredSink('hold')
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
    await sink.close()
  })
  const env = { FORWARD_URL: sink.url, DELIVERY_CONCURRENCY: String(concurrency) }
  let sent = 0
  return {
    dataDir,
    sink,
    start: () => startGateway({ dataDir, env }),
    async send({ origin }, count) {
      const ids: string[] = []
      for (let n = 0; n < count; n++) {
        const { status, id = '' } = await sender.post(origin, testEvent('held', sent++))
        assert.equal(status, 200)
        ids.push(id)
      }
      return ids
    },
  }
}
