import { isRecorded } from '../attempt-records.ts'
import { maxResponseBytes } from '../delivery-types.ts'
import { StoreUnavailableError } from '../errors.ts'
import { decodeEventId } from '../event-id.ts'
import type { Settlement } from '../types.ts'
import type { Claims } from './claims.ts'
import type { Database } from './database.ts'
import type { Names } from './names.ts'
import type { Tallies } from './tallies.ts'
import { storableOrNull } from './text.ts'

/** Recording how attempts ended. What comes while a statement is under way shares the next one. */
export interface Settles {
  /** @throws {StoreUnavailableError} */
  settle(settlements: readonly Settlement[], now: number): Promise<readonly boolean[]>
  /** Resolves when everything that was handed in has been answered. */
  close(): Promise<void>
}

export interface SettleParts {
  readonly database: Pick<Database, 'query' | 'tables'>
  readonly names: Names
  readonly tallies: Tallies
  readonly claims: Claims
}

interface Timed {
  readonly settlement: Settlement
  readonly now: number
}

interface Waiting {
  readonly settlements: readonly Timed[]
  resolve(recorded: readonly boolean[]): void
  reject(error: Error): void
}

/** Settlements in one statement, unless one call alone has more. */
const maxBatch = 128

export function createSettles({ database, names, tallies, claims }: SettleParts): Settles {
  const { query, tables } = database
  const settle = `SELECT ${tables.schema}.settle_1(${Array.from({ length: 13 }, (_, i) => `$${i + 1}`).join(', ')}) AS recorded`
  const waiting: Waiting[] = []
  let running: Promise<void> | null = null

  function take(): Waiting[] {
    let [calls, count] = [0, 0]
    for (const { settlements } of waiting) {
      count += settlements.length
      if (calls > 0 && count > maxBatch) break
      calls++
    }
    return waiting.splice(0, calls)
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = take()
      try {
        const recorded = await record(batch.flatMap(({ settlements }) => settlements))
        let at = 0
        for (const { settlements, resolve } of batch) {
          resolve(recorded.slice(at, at + settlements.length))
          at += settlements.length
        }
      } catch (error) {
        for (const { reject } of batch)
          reject(error instanceof Error ? error : new StoreUnavailableError(String(error)))
      }
    }
    running = null
  }

  async function record(all: readonly Timed[]): Promise<readonly boolean[]> {
    const ids = await names.destinations(all.map(({ settlement }) => settlement.destination))
    // The first word about an attempt counts.
    const seen = new Set<string>()
    const rows = all.flatMap((timed, place) => {
      const { eventId, destination, attempt } = timed.settlement
      const [seq, name] = [decodeEventId(eventId), `${eventId} ${attempt} ${destination}`]
      if (seq === null || seen.has(name)) return []
      seen.add(name)
      return [{ ...timed, place, seq, destination: ids[place] ?? 0 }]
    })
    const bodies = rows.map(({ settlement }) => settlement.record?.responseBody?.subarray(0, maxResponseBytes) ?? null)
    const [found] = await query(settle, [
      rows.map(({ seq }) => seq),
      rows.map(({ destination }) => destination),
      rows.map(({ settlement }) => settlement.attempt),
      rows.map(({ settlement }) => settlement.outcome),
      rows.map(({ settlement, now }) => settlement.dueAt ?? now),
      rows.map(({ settlement }) => settlement.status),
      rows.map(({ settlement }) => storableOrNull(settlement.error)),
      rows.map(({ settlement }) => isRecorded(settlement)),
      rows.map(({ settlement }) => settlement.record?.startedAt ?? null),
      rows.map(({ settlement }) => wholeOrNull(settlement.record?.durationMs)),
      rows.map(({ settlement }) => headersOf(settlement)),
      bodies.map((body) => body?.byteLength ?? null),
      Buffer.concat(bodies.filter((body) => body !== null)),
    ])
    const places = found?.['recorded']
    const recorded = new Array<boolean>(all.length).fill(false)
    for (const place of Array.isArray(places) ? places : []) {
      const row = rows[Number(place) - 1]
      if (row === undefined) continue
      recorded[row.place] = true
      tallies.attempt(row.destination, row.settlement.outcome, row.now)
    }
    for (const { settlement } of all) claims.ended(settlement.eventId, settlement.destination, settlement.attempt)
    return recorded
  }

  return {
    settle(settlements, now) {
      if (settlements.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        waiting.push({ settlements: settlements.map((settlement) => ({ settlement, now })), resolve, reject })
        running ??= Promise.resolve().then(run)
      })
    },
    async close() {
      await running
    },
  }
}

function headersOf({ record }: Settlement): string | null {
  return record === undefined || record.responseHeaders.length === 0 ? null : JSON.stringify(record.responseHeaders)
}

function wholeOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms)
}
