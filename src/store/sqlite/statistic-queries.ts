import type { DatabaseSync } from 'node:sqlite'
import { minuteAt, startOfMinute } from '../event-id.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'

const msPerMinute = 60_000

/** Reading the counts. */
export type StatisticQueries = (query: StatisticsQuery) => Statistics

export function createStatisticQueries(db: DatabaseSync): StatisticQueries {
  const selectEvents = db.prepare(
    `SELECT minute / CAST(?1 AS INTEGER) AS bucket, t.source, sum(accepted) AS accepted, sum(duplicates) AS duplicates, sum(bytes) AS bytes
     FROM event_types t CROSS JOIN event_tallies c ON c.event_type = t.id
     WHERE c.minute >= ?2 AND c.minute < ?3 GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  const selectDeliveries = db.prepare(
    `SELECT minute / CAST(?1 AS INTEGER) AS bucket, n.name, sum(done) AS done, sum(retry) AS retry, sum(dead) AS dead
     FROM destinations n CROSS JOIN delivery_tallies c ON c.destination = n.id
     WHERE c.minute >= ?2 AND c.minute < ?3 GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  const selectRejections = db.prepare(
    `SELECT minute / CAST(?1 AS INTEGER) AS bucket, source, cause, sum(count) AS count FROM rejection_tallies
     WHERE minute >= ?2 AND minute < ?3 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  )

  return ({ from, to, bucketMs }) => {
    const width = Math.max(1, Math.round(bucketMs / msPerMinute))
    const first = Math.floor(minuteAt(from) / width) * width
    const end = Math.ceil(minuteAt(to + msPerMinute - 1) / width) * width
    const range = [width, first, end] as const
    const at = (bucket: unknown) => startOfMinute(Number(bucket) * width)
    return {
      events: selectEvents.all(...range).map((row) => ({
        at: at(row['bucket']),
        source: String(row['source']),
        accepted: Number(row['accepted']),
        duplicates: Number(row['duplicates']),
        bytes: Number(row['bytes']),
      })),
      deliveries: selectDeliveries.all(...range).map((row) => ({
        at: at(row['bucket']),
        destination: String(row['name']),
        done: Number(row['done']),
        retry: Number(row['retry']),
        dead: Number(row['dead']),
      })),
      rejections: selectRejections.all(...range).map((row) => ({
        at: at(row['bucket']),
        source: row['source'] === '' ? null : String(row['source']),
        cause: String(row['cause']),
        count: Number(row['count']),
      })),
    }
  }
}
