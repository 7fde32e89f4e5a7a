import { minutesPerHour } from '../buckets.ts'
import { minuteAt, minuteOf } from '../event-id.ts'
import type { Settlement } from '../types.ts'
import type { Database } from './database.ts'
import { createTally } from './tally.ts'
import { storable } from './text.ts'

/**
 * Counts for plots: each replica keeps its own in memory and adds them to the tables about once a second, since a row
 * that every commit of every replica updates would make them wait for each other.
 */
export interface Tallies {
  /** `kind` by its number. */
  accepted(source: string, kind: number, seq: number, bytes: number): void
  duplicate(source: string, kind: number, now: number): void
  /** `destination` by its number. */
  attempt(destination: number, outcome: Settlement['outcome'], now: number): void
  rejected(source: string | null, cause: string, count: number, now: number): void
  /** Writes what this process has counted so far. @throws {StoreUnavailableError} and keeps the counts */
  flush(): Promise<void>
}

const flushEveryMs = 1000
const outcomeColumns: Partial<Record<Settlement['outcome'], number>> = { done: 0, retry: 1, dead: 2 }

export function createTallies({ transaction, tables }: Pick<Database, 'transaction' | 'tables'>): Tallies {
  const eventColumns = ['accepted', 'duplicates', 'bytes']
  const deliveryColumns = ['done', 'retry', 'dead']
  const kinds = createTally(tables.eventTallies, { minute: 'integer', kind: 'integer' }, eventColumns)
  const sources = createTally(tables.eventHours, { hour: 'integer', source: 'text' }, eventColumns)
  const minutes = createTally(tables.deliveryTallies, { minute: 'integer', destination: 'integer' }, deliveryColumns)
  const hours = createTally(tables.deliveryHours, { hour: 'integer', destination: 'integer' }, deliveryColumns)
  const causes = createTally(tables.rejectionTallies, { minute: 'integer', source: 'text', cause: 'text' }, ['count'])
  const all = [kinds, sources, minutes, hours, causes]
  let flushing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null

  async function flushNow(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const taken = all.map((tally) => ({ tally, counts: tally.take() })).filter(({ counts }) => counts.size > 0)
    if (taken.length === 0) return
    try {
      await transaction(async (query) => {
        // The last second may be lost, so nobody need wait for the disk.
        await query('SET LOCAL synchronous_commit = off')
        for (const { tally, counts } of taken) await query(tally.upsert, tally.valuesOf(counts))
      })
    } catch (error) {
      for (const { tally, counts } of taken) tally.putBack(counts)
      arm()
      throw error
    }
  }

  function flush(): Promise<void> {
    const turn = flushing.then(flushNow)
    flushing = turn.catch(() => {})
    return turn
  }

  function arm(): void {
    timer ??= setTimeout(() => void flush().catch(() => {}), flushEveryMs).unref()
  }

  function event(source: string, kind: number, minute: number, counts: readonly number[]): void {
    kinds.add([minute, kind], counts)
    sources.add([Math.floor(minute / minutesPerHour), storable(source)], counts)
    arm()
  }

  return {
    accepted: (source, kind, seq, bytes) => event(source, kind, minuteOf(seq), [1, 0, bytes]),
    duplicate: (source, kind, now) => event(source, kind, minuteAt(now), [0, 1, 0]),
    attempt(destination, outcome, now) {
      const column = outcomeColumns[outcome]
      if (column === undefined) return
      const counts = deliveryColumns.map((_, i) => (i === column ? 1 : 0))
      minutes.add([minuteAt(now), destination], counts)
      hours.add([Math.floor(minuteAt(now) / minutesPerHour), destination], counts)
      arm()
    },
    rejected(source, cause, count, now) {
      causes.add([minuteAt(now), storable(source ?? ''), storable(cause)], [count])
      arm()
    },
    flush,
  }
}
