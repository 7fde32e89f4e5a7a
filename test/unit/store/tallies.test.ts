import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { PackedEvent } from '../../../src/store/sqlite/accept.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import type { NewEvent, Statistics } from '../../../src/store/types.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const options = { dedupRetentionMs: 86_400_000, lockWaitMs: 0 }
const now = Date.UTC(2026, 0, 1)
const hour = 3_600_000
const packed = (overrides: Partial<NewEvent>): PackedEvent => ({ ...newEvent(overrides), headers: '[]' })

test('counts nothing of what was not stored', () => {
  const dataDir = tempDir()
  const writer = openWriter({ dataDir, ...options })
  // SQLite refuses a fraction where the schema says INTEGER; the others of the batch are then stored one by one.
  writer.run([packed({ source: 'a' }), packed({ source: 'bad', receivedAt: 0.5 }), packed({ source: 'a' })], [], now)
  writer.run([], [{ do: 'flushCounts' }], now)
  const reader = openReader({ dataDir })
  const { events } = reader.statistics({ from: now - hour, to: now + hour, bucketMs: 60_000 })
  assert.deepEqual(
    events.map(({ source, accepted }) => [source, accepted]),
    [['a', 2]],
  )
  reader.close()
  writer.close()
})

test('by the minute and by the hour the counts are the same', () => {
  const dataDir = tempDir()
  const writer = openWriter({ dataDir, ...options })
  for (let minute = 0; minute < 180; minute += 7) {
    const at = now + minute * 60_000
    writer.run([packed({ source: minute % 2 === 0 ? 'even' : 'odd', destinations: ['d'] })], [], at)
    const claim = { do: 'claim', requests: [{ destination: 'd', limit: 9, leaseMs: 1000 }], now: at } as const
    const [outcome] = writer.run([], [claim], at).calls
    assert.ok(outcome?.ok && typeof outcome.value === 'object' && outcome.value !== null && 'leases' in outcome.value)
    const settlements = outcome.value.leases.map(({ event, attempt }) => {
      return { eventId: event.id, destination: 'd', attempt, outcome: 'dead', status: null, error: 'no' } as const
    })
    writer.run([], [{ do: 'settle', settlements, now: at }], at)
  }
  writer.close()
  const reader = openReader({ dataDir })
  const [hourly, minutely] = [hour, 60_000].map((bucketMs) =>
    reader.statistics({ from: now, to: now + 3 * hour, bucketMs }),
  )
  const hours = new Map<string, number>()
  for (const { at, source, accepted } of minutely?.events ?? []) {
    const key = `${at - (at % hour)} ${source}`
    hours.set(key, (hours.get(key) ?? 0) + accepted)
  }
  assert.deepEqual(new Map(hourly?.events.map(({ at, source, accepted }) => [`${at} ${source}`, accepted])), hours)
  assert.equal(hourly?.deliveries.length, 3)
  const dead = (statistics: Statistics | undefined) => statistics?.deliveries.reduce((sum, each) => sum + each.dead, 0)
  assert.equal(dead(hourly), 26)
  assert.equal(dead(minutely), 26)
  reader.close()
})

test('types past what is told apart are still found', () => {
  const dataDir = tempDir()
  openWriter({ dataDir, ...options }).close()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec(`INSERT INTO event_types (source, type)
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT 'many', 'type ' || i FROM n`)
  db.close()
  const writer = openWriter({ dataDir, ...options })
  const result = writer.run([packed({ source: 'new', type: 'one more' })], [], now)
  const accepted = result.events[0]
  writer.close()
  const reader = openReader({ dataDir })
  const found = (query: object) => reader.events.list({ limit: 9, ...query }).events.map(({ id }) => id)
  const id = accepted?.ok ? accepted.value.id : ''
  assert.deepEqual(found({ source: 'new' }), [id])
  assert.deepEqual(found({ source: 'new', type: 'one more' }), [id])
  assert.deepEqual(found({ type: 'one more' }), [id])
  assert.deepEqual(found({ type: 'another' }), [])
  reader.close()
})
