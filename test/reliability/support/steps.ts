// Does to a writer, one after another, what the gateway does, and says on standard error what is done next.
import { writeSync } from 'node:fs'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import type { WriterCall } from '../../../src/store/sqlite/writer-calls.ts'
import { newEvent } from '../../support/events.ts'

const now = Date.now()
const writer = openWriter({ dataDir: process.argv[2] ?? '', dedupRetentionMs: 86_400_000, lockWaitMs: 0 })
const event = { ...newEvent({ dedupKey: 'k', destinations: ['d'] }), headers: '[]' }
const step = (name: string) => writeSync(2, `step ${name}\n`)
const call = (...calls: readonly WriterCall[]) => writer.run([], calls, now + 1)

step('accept')
const [accepted] = writer.run([event], [], now).events
const eventId = accepted?.ok ? accepted.value.id : ''
step('claim')
call({ do: 'claim', requests: [{ destination: 'd', limit: 1, leaseMs: 1000 }], now: now + 1 })
step('settle')
const settlement = { eventId, destination: 'd', attempt: 1, outcome: 'dead', status: null, error: null } as const
call({ do: 'settle', settlements: [settlement], now: now + 1 })
step('duplicate')
writer.run([event], [], now)
step('replay')
call({ do: 'replay', destination: null, id: eventId, now })
step('probe')
call({ do: 'probe', now, bytes: 0 })
step('accept-with-claim')
writer.run([{ ...event, dedupKey: 'other' }], [{ do: 'claim', requests: [], now }], now)
step('end')
writer.close()
