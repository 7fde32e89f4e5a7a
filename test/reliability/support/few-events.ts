// Opens a writer in the directory named first, stores and hands on a few events, and closes it. Says on standard output
// what a sender and a destination would be told: `acked <key> <id>`, `done <id>`. Ends with 1 once the writer is broken.
import { writeSync } from 'node:fs'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import type { WriterCall } from '../../../src/store/sqlite/writer-calls.ts'
import { newEvent } from '../../support/events.ts'

const now = Date.now()
const writer = openWriter({ dataDir: process.argv[2] ?? '', dedupRetentionMs: 86_400_000, lockWaitMs: 0 })
const tell = (...words: readonly string[]) => writeSync(1, `${words.join(' ')}\n`)

function run(keys: readonly string[], calls: readonly WriterCall[]) {
  const events = keys.map((key) => ({
    ...newEvent({ dedupKey: key, externalId: key, body: Buffer.alloc(3000, key), destinations: ['d'] }),
    headers: '[]',
  }))
  const result = writer.run(events, calls, now)
  for (const [i, key] of keys.entries()) {
    const outcome = result.events[i]
    if (outcome?.ok) tell('acked', key, outcome.value.id)
  }
  if (result.broken) process.exit(1)
  return result.calls.map((outcome) => (outcome.ok ? outcome.value : null))
}

for (const batch of ['a', 'b', 'c']) {
  run([`${batch}-1`, `${batch}-2`], [])
  const [claimed] = run([], [{ do: 'claim', requests: [{ destination: 'd', limit: 1, leaseMs: 60_000 }], now }])
  const leases = claimed !== null && typeof claimed === 'object' && 'leases' in claimed ? claimed.leases : []
  const settlements = leases.map(({ event, attempt }) => {
    return { eventId: event.id, destination: 'd', attempt, outcome: 'done', status: 204, error: null } as const
  })
  const [settled] = run([], [{ do: 'settle', settlements, now }])
  const recorded = Array.isArray(settled) ? settled : []
  for (const [i, { event }] of leases.entries()) if (recorded[i] === true) tell('done', event.id)
}
writer.restartLog()
writer.close()
tell('closed')
