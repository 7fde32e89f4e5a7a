import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAccept } from '../../../src/store/sqlite/accept.ts'
import { createAttemptLog } from '../../../src/store/sqlite/attempt-log.ts'
import { openDedupIndex } from '../../../src/store/sqlite/dedup-index.ts'
import { openDestinations } from '../../../src/store/sqlite/destinations.ts'
import { migrate } from '../../../src/store/sqlite/migrations.ts'
import { createOrdering } from '../../../src/store/sqlite/ordering.ts'
import { createRenewal } from '../../../src/store/sqlite/renewal.ts'
import { openTallies } from '../../../src/store/sqlite/tallies.ts'
import type { ReplayKey } from '../../../src/store/types.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const start = Date.UTC(2026, 0, 1)
const retention = 35 * 86_400_000
const day = 86_400_000

/** The writer's part that knows ids, over a file that can be closed and opened again. */
function openMemory(file: string, segmentSize: number) {
  const db = new DatabaseSync(file)
  // Nothing here is about the disk.
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY')
  migrate(db)
  const index = openDedupIndex(db, { segmentSize })
  const ordering = createOrdering(db)
  const renewal = createRenewal(db, createAttemptLog(db), ordering)
  const parts = { index, destinations: openDestinations(db), ordering, renewal, tallies: openTallies(db) }
  const accept = createAccept(db, parts, { dedupRetentionMs: retention })
  return {
    index,
    begin: () => db.exec('BEGIN'),
    accept: (key: Partial<{ dedupKey: string; replay: ReplayKey }>, now: number) =>
      accept({ ...newEvent({ receivedAt: start, ...key }), headers: '[]' }, now),
    commit() {
      db.exec('COMMIT')
      index.committed()
    },
    rollBack() {
      db.exec('ROLLBACK')
      index.rolledBack()
    },
    segments: () => Number(db.prepare('SELECT count(*) AS n FROM dedup_segments').get()?.['n']),
    close: () => db.close(),
  }
}

interface Step {
  readonly keys: readonly number[]
  /** Of the clock, in milliseconds: it can go back. */
  readonly now: number
  readonly budget: number
  readonly end: 'commit' | 'roll back' | 'restart'
}

const steps = fc.array(
  fc.record<Step>({
    keys: fc.array(fc.nat(40), { maxLength: 6 }),
    now: fc.constantFrom(0, 1, 60_000, 3_600_000),
    budget: fc.constantFrom(1, 3, 1000),
    end: fc.constantFrom('commit', 'commit', 'roll back', 'restart'),
  }),
  { maxLength: 40 },
)

/** A third of the keys are signatures, which are remembered in the same index. */
function keyOf(n: number): Partial<{ dedupKey: string; replay: ReplayKey }> {
  return n % 3 === 0 ? { replay: { key: `signature ${n}`, verdict: 'duplicate' } } : { dedupKey: `id ${n}` }
}

test('knows exactly what was committed, whatever is rolled back, flushed to disk or reopened', () => {
  const directory = tempDir()
  let run = 0
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (sequence, segmentSize) => {
      const file = join(directory, `${run++}.db`)
      let memory = openMemory(file, segmentSize)
      let model = new Map<number, string>()
      const ids = new Set<string>()
      try {
        for (const { keys, now, budget, end } of sequence) {
          const pending = new Map(model)
          memory.begin()
          for (const key of keys) {
            const { status, id } = memory.accept(keyOf(key), start + now)
            const first = pending.get(key)
            assert.equal(status, first === undefined ? 'accepted' : 'duplicate', `key ${key}`)
            if (first !== undefined) assert.equal(id, first)
            else for (const known of pending.values()) assert.ok(id > known, 'later ids sort after earlier ones')
            pending.set(key, id)
          }
          memory.index.flush(budget)
          if (end === 'roll back') memory.rollBack()
          else {
            memory.commit()
            for (const [key, id] of pending) if (!model.has(key)) ids.add(id)
            model = pending
          }
          if (end === 'restart') {
            memory.close()
            memory = openMemory(file, segmentSize)
          }
        }
        assert.equal(ids.size, model.size, 'no id was given twice')
      } finally {
        memory.close()
      }
    }),
    { numRuns: 300 },
  )
})

test('forgets segments whose events are all too old, and no others', () => {
  const file = join(tempDir(), 'prune.db')
  let memory = openMemory(file, 4)
  const acceptAll = (from: number, to: number) => {
    memory.begin()
    const results = Array.from({ length: to - from }, (_, n) => memory.accept({ dedupKey: `id ${from + n}` }, start))
    memory.index.flush(1000)
    memory.commit()
    return results.map(({ status }) => status)
  }
  // Each batch is moved to disk by the next one.
  for (let n = 0; n < 20; n += 4) acceptAll(n, n + 4)
  assert.equal(memory.segments(), 4)

  memory.begin()
  assert.equal(memory.index.prune(start, 100), 0, 'events of this very moment are not too old')
  assert.equal(memory.index.prune(start + day, 3), 3, 'as many keys as asked for')
  assert.equal(memory.index.prune(start + day, 3), 1, 'the rest, and the segment with them')
  memory.commit()
  assert.equal(memory.segments(), 3)
  assert.deepEqual(new Set(acceptAll(4, 20)), new Set(['duplicate']), 'the others are still known')
  memory.close()
  memory = openMemory(file, 4)
  assert.deepEqual(new Set(acceptAll(4, 20)), new Set(['duplicate']), 'after a restart too')
  memory.close()
})
