import type { DatabaseSync } from 'node:sqlite'
import { firstSequenceAt, firstSequenceOf, minuteOf } from '../event-id.ts'
import type { EventFilter } from '../types.ts'

/** Sequence numbers from `low` up to, not including, `high`. */
export interface SequenceRange {
  readonly low: number
  readonly high: number
  /** A minute or less: short enough to be looked through at once. */
  readonly short: boolean
}

/** More kinds of event than this are not looked up minute by minute. */
const maxKinds = 200

/**
 * Where events of a source or type can be, newest first: the minutes in which one was stored. So a rare source is found
 * among ten million events without an index on them and without reading what lies between.
 */
export type EventRanges = (filter: EventFilter, before: number) => Iterable<SequenceRange>

export function createEventRanges(db: DatabaseSync): EventRanges {
  // What is counted under '' is of a type that is not told apart.
  const selectKinds = db.prepare(
    `SELECT id FROM event_types
     WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR type = ?2 OR type = '') LIMIT ${maxKinds + 1}`,
  )
  const selectMinute = db.prepare(
    'SELECT max(minute) AS minute FROM event_tallies WHERE event_type = ? AND minute <= ?',
  )

  function latest(kind: number, upTo: number): number {
    return Number(selectMinute.get(kind, upTo)?.['minute'] ?? -1)
  }

  function* minutesOf(kinds: readonly number[], low: number, high: number): Generator<SequenceRange> {
    let upTo = minuteOf(high - 1)
    const minutes = kinds.map((kind) => latest(kind, upTo))
    for (;;) {
      for (const [i, kind] of kinds.entries()) if ((minutes[i] ?? -1) > upTo) minutes[i] = latest(kind, upTo)
      const minute = Math.max(...minutes)
      if (minute < 0 || firstSequenceOf(minute + 1) <= low) return
      yield {
        low: Math.max(low, firstSequenceOf(minute)),
        high: Math.min(high, firstSequenceOf(minute + 1)),
        short: true,
      }
      upTo = minute - 1
    }
  }

  return ({ source, type, from, to }, before) => {
    const low = from === undefined ? 0 : firstSequenceAt(from)
    const high = to === undefined ? before : Math.min(before, firstSequenceAt(to))
    if (low >= high) return []
    if (source === undefined && type === undefined) return [{ low, high, short: false }]
    const kinds = selectKinds.all(source ?? null, type ?? null).map(({ id }) => Number(id))
    if (kinds.length > maxKinds) return [{ low, high, short: false }]
    return kinds.length === 0 ? [] : minutesOf(kinds, low, high)
  }
}
