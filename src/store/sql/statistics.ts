import type { Buckets } from '../buckets.ts'
import type { Statistics } from '../types.ts'
import type { Row } from './rows.ts'

/** What was counted per bucket: of events by source, of attempts by destination, of rejections by source and cause. */
export interface CountRows {
  readonly events: readonly Row[]
  readonly deliveries: readonly Row[]
  readonly rejections: readonly Row[]
}

export function toStatistics({ events, deliveries, rejections }: CountRows, { startOf }: Buckets): Statistics {
  const at = (row: Row) => startOf(Number(row['bucket']))
  return {
    events: events.map((row) => ({
      at: at(row),
      source: String(row['source']),
      accepted: Number(row['accepted']),
      duplicates: Number(row['duplicates']),
      bytes: Number(row['bytes']),
    })),
    deliveries: deliveries.map((row) => ({
      at: at(row),
      destination: String(row['name']),
      done: Number(row['done']),
      retry: Number(row['retry']),
      dead: Number(row['dead']),
    })),
    rejections: rejections.map((row) => ({
      at: at(row),
      source: row['source'] === '' ? null : String(row['source']),
      cause: String(row['cause']),
      count: Number(row['count']),
    })),
  }
}
