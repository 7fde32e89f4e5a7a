import type { DatabaseSync } from 'node:sqlite'
import { minuteAt, minuteOf } from '../event-id.ts'
import { createTally } from './tally.ts'

/**
 * Counts per minute, by source and type, by destination, and by cause of rejection. Those of events are more than
 * statistics: a listing by source or type skips the minutes in which nothing of it was stored, which is why a pair's
 * first row of a minute is written with the event itself. That costs an index on `events` nothing.
 */
export interface Tallies {
  accepted(source: string, type: string, seq: number, bytes: number): void
  duplicate(source: string, type: string, now: number): void
  attempt(destination: number, outcome: 'done' | 'retry' | 'dead', now: number): void
  rejected(source: string | null, cause: string, count: number, now: number): void
  /** Writes what is due, or everything; inside the open transaction. */
  flush(all: boolean): void
  committed(): void
  rolledBack(): void
  /** Forgets what is older than `before` (Unix ms): up to `limit` kinds of event from `after` on; says where it stands. */
  prune(before: number, after: number, limit: number): { readonly last: number; readonly more: boolean }
}

const flushEveryMs = 1000
/** Types come from senders; past so many, new ones are counted together under the name ''. */
const maxTypes = 10_000
/** Minutes stay below this until the year 2151. */
const minutes = 2 ** 26
const separator = '\n'
const outcomeColumns = { done: 0, retry: 1, dead: 2 } as const

export function openTallies(db: DatabaseSync): Tallies {
  const insertType = db.prepare('INSERT INTO event_types (source, type) VALUES (?, ?) RETURNING id')
  const selectTypes = db.prepare('SELECT id, source, type FROM event_types')
  const upsertEvents = db.prepare(
    `INSERT INTO event_tallies (event_type, minute, accepted, duplicates, bytes) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted,
       duplicates = duplicates + excluded.duplicates, bytes = bytes + excluded.bytes`,
  )
  const upsertEventHour = db.prepare(
    `INSERT INTO event_hours (source, hour, accepted, duplicates, bytes)
     VALUES ((SELECT source FROM event_types WHERE id = ?), ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted,
       duplicates = duplicates + excluded.duplicates, bytes = bytes + excluded.bytes`,
  )
  const upsertDeliveryHour = db.prepare(
    `INSERT INTO delivery_hours (destination, hour, done, retry, dead) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET done = done + excluded.done, retry = retry + excluded.retry, dead = dead + excluded.dead`,
  )
  const upsertAttempts = db.prepare(
    `INSERT INTO delivery_tallies (destination, minute, done, retry, dead) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET done = done + excluded.done, retry = retry + excluded.retry, dead = dead + excluded.dead`,
  )
  const upsertRejections = db.prepare(
    `INSERT INTO rejection_tallies (source, cause, minute, count) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
  const selectPruned = db.prepare('SELECT id FROM event_types WHERE id > ? ORDER BY id LIMIT ?')
  const pruneEvents = db.prepare('DELETE FROM event_tallies WHERE event_type = ? AND minute < ?')
  const pruneAttempts = db.prepare('DELETE FROM delivery_tallies WHERE destination = ? AND minute < ?')
  const pruneHours = ['event_hours', 'delivery_hours'].map((table) => db.prepare(`DELETE FROM ${table} WHERE hour < ?`))
  const pruneRejections = db.prepare('DELETE FROM rejection_tallies WHERE minute < ?')
  const selectDestinations = db.prepare('SELECT id FROM destinations')

  const events = createTally<number>(3, (key, counts) => {
    const [kind, minute] = [Math.floor(key / minutes), key % minutes]
    upsertEvents.run(kind, minute, ...counts)
    upsertEventHour.run(kind, Math.floor(minute / 60), ...counts)
  })
  const attempts = createTally<number>(3, (key, counts) => {
    const [destination, minute] = [Math.floor(key / minutes), key % minutes]
    upsertAttempts.run(destination, minute, ...counts)
    upsertDeliveryHour.run(destination, Math.floor(minute / 60), ...counts)
  })
  const rejections = createTally<string>(1, (key, counts) => {
    const [minute, cause, source] = splitKey(key)
    upsertRejections.run(source, cause, Number(minute), ...counts)
  })
  const all = [events, attempts, rejections]

  const types = new Map<string, Map<string, number>>()
  let typeCount = 0
  let typesChanged = false
  let lastFlush = Number.NEGATIVE_INFINITY

  function loadTypes(): void {
    types.clear()
    typeCount = 0
    for (const row of selectTypes.iterate()) remember(String(row['source']), String(row['type']), Number(row['id']))
  }

  function remember(source: string, type: string, id: number): void {
    const ofSource = types.get(source) ?? new Map<string, number>()
    types.set(source, ofSource.set(type, id))
    typeCount++
  }

  function idOf(source: string, type: string): number {
    const known = types.get(source)?.get(type)
    if (known !== undefined) return known
    if (typeCount >= maxTypes && type !== '') return idOf(source, '')
    const id = Number(insertType.get(source, type)?.['id'])
    remember(source, type, id)
    typesChanged = true
    return id
  }

  loadTypes()
  return {
    accepted(source, type, seq, bytes) {
      const counts = events.of(idOf(source, type) * minutes + minuteOf(seq))
      raise(counts, 0, 1)
      raise(counts, 2, bytes)
    },
    duplicate: (source, type, now) => raise(events.of(idOf(source, type) * minutes + minuteAt(now)), 1, 1),
    attempt: (destination, outcome, now) =>
      raise(attempts.of(destination * minutes + minuteAt(now)), outcomeColumns[outcome], 1),
    rejected: (source, cause, count, now) =>
      raise(rejections.of([minuteAt(now), cause, source ?? ''].join(separator)), 0, count),
    flush(everything) {
      if (!everything && !events.hasNew() && performance.now() - lastFlush < flushEveryMs) return
      for (const tally of all) tally.write()
      lastFlush = performance.now()
    },
    committed() {
      for (const tally of all) tally.committed()
      typesChanged = false
    },
    rolledBack() {
      for (const tally of all) tally.rolledBack()
      if (typesChanged) loadTypes()
      typesChanged = false
    },
    prune(before, after, limit) {
      const minute = minuteAt(before)
      if (after < 0) {
        pruneRejections.run(minute)
        for (const statement of pruneHours) statement.run(Math.floor(minute / 60))
        for (const { id } of selectDestinations.all()) pruneAttempts.run(Number(id), minute)
      }
      const ids = selectPruned.all(after, limit).map(({ id }) => Number(id))
      for (const id of ids) pruneEvents.run(id, minute)
      return { last: ids.at(-1) ?? after, more: ids.length === limit }
    },
  }
}

function raise(counts: number[], column: number, by: number): void {
  counts[column] = (counts[column] ?? 0) + by
}

/** Minute, cause and source; only the source could hold a separator, so it comes last. */
function splitKey(key: string): [minute: string, cause: string, source: string] {
  const first = key.indexOf(separator)
  const second = key.indexOf(separator, first + 1)
  return [key.slice(0, first), key.slice(first + 1, second), key.slice(second + 1)]
}
