import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { PackedEvent } from '../../../src/store/sqlite/accept.ts'
import { openWriter, type Writer } from '../../../src/store/sqlite/writer.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const options = { dedupRetentionMs: 86_400_000, lockWaitMs: 0 }
const now = Date.UTC(2026, 0, 1)

function packed(key: string, overrides: Partial<PackedEvent> = {}): PackedEvent {
  return { ...newEvent({ dedupKey: key }), headers: '[]', ...overrides }
}

/** SQLite refuses a fraction where the schema says INTEGER. */
const poisoned = packed('poisoned', { receivedAt: 0.5 })

function statuses({ events }: ReturnType<Writer['run']>): (string | boolean)[] {
  return events.map((outcome) => (outcome.ok ? outcome.value.status : false))
}

test('one event that cannot be written does not take its batch with it', () => {
  const dataDir = tempDir()
  const writer = openWriter({ dataDir, ...options })
  const result = writer.run(
    [packed('a'), poisoned, packed('b'), packed('a')],
    [{ do: 'claim', requests: [], now }],
    now,
  )
  assert.deepEqual(statuses(result), ['accepted', false, 'accepted', 'duplicate'])
  assert.ok(result.calls.every(({ ok }) => ok))
  assert.equal(result.broken, false)
  const again = writer.run([packed('a'), packed('b'), packed('poisoned')], [], now)
  assert.deepEqual(
    statuses(again),
    ['duplicate', 'duplicate', 'accepted'],
    'nothing is remembered of what was not stored',
  )
  writer.close()
})

test('a lone event that cannot be written leaves nothing behind', () => {
  const dataDir = tempDir()
  const writer = openWriter({ dataDir, ...options })
  assert.deepEqual(statuses(writer.run([poisoned], [], now)), [false])
  writer.close()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  assert.equal(db.prepare('SELECT count(*) AS n FROM events').get()?.['n'], 0)
  db.close()
})

test('a name of a destination that came with a failed event is given a number again', () => {
  const dataDir = tempDir()
  const writer = openWriter({ dataDir, ...options })
  writer.run([{ ...poisoned, destinations: ['orders'] }, packed('a')], [], now)
  const stored = writer.run([packed('b', { destinations: ['orders'] })], [], now)
  assert.deepEqual(statuses(stored), ['accepted'])
  const claim = { do: 'claim', requests: [{ destination: 'orders', limit: 9, leaseMs: 1000 }], now } as const
  const [outcome] = writer.run([], [claim], now).calls
  assert.ok(outcome?.ok && typeof outcome.value === 'object' && outcome.value !== null && 'leases' in outcome.value)
  assert.equal(outcome.value.leases.length, 1)
  writer.close()
})
