import type { DatabaseSync } from 'node:sqlite'
import { minuteAt, startOfMinute } from '../event-id.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'

const msPerMinute = 60_000
const minutesPerHour = 60

/** Reading the counts: of whole hours from those that are kept by the hour, else by the minute. */
export type StatisticQueries = (query: StatisticsQuery) => Statistics

export function createStatisticQueries(db: DatabaseSync): StatisticQueries {
  const within = (unit: string) => `c.${unit} >= ?2 AND c.${unit} < ?3`
  const bucket = (unit: string) => `c.${unit} / CAST(?1 AS INTEGER) AS bucket`
  const events = 'sum(c.accepted) AS accepted, sum(c.duplicates) AS duplicates, sum(c.bytes) AS bytes'
  const deliveries = 'sum(c.done) AS done, sum(c.retry) AS retry, sum(c.dead) AS dead'
  const byMinute = {
    events: db.prepare(
      `SELECT ${bucket('minute')}, t.source, ${events}
       FROM event_types t CROSS JOIN event_tallies c ON c.event_type = t.id
       WHERE ${within('minute')} GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
    deliveries: db.prepare(
      `SELECT ${bucket('minute')}, n.name, ${deliveries}
       FROM destinations n CROSS JOIN delivery_tallies c ON c.destination = n.id
       WHERE ${within('minute')} GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  }
  const byHour = {
    events: db.prepare(
      `SELECT ${bucket('hour')}, c.source, ${events} FROM event_hours c
       WHERE ${within('hour')} GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
    deliveries: db.prepare(
      `SELECT ${bucket('hour')}, n.name, ${deliveries} FROM delivery_hours c JOIN destinations n ON n.id = c.destination
       WHERE ${within('hour')} GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  }
  const selectRejections = db.prepare(
    `SELECT ${bucket('minute')}, c.source, c.cause, sum(c.count) AS count FROM rejection_tallies c
     WHERE ${within('minute')} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  )

  return ({ from, to, bucketMs }) => {
    const width = Math.max(1, Math.round(bucketMs / msPerMinute))
    const first = Math.floor(minuteAt(from) / width) * width
    const end = Math.ceil(minuteAt(to + msPerMinute - 1) / width) * width
    const at = (row: Record<string, unknown>) => startOfMinute(Number(row['bucket']) * width)
    const hourly = width % minutesPerHour === 0
    const statements = hourly ? byHour : byMinute
    const unit = hourly ? minutesPerHour : 1
    const range = [width / unit, first / unit, end / unit] as const
    return {
      events: statements.events.all(...range).map((row) => ({
        at: at(row),
        source: String(row['source']),
        accepted: Number(row['accepted']),
        duplicates: Number(row['duplicates']),
        bytes: Number(row['bytes']),
      })),
      deliveries: statements.deliveries.all(...range).map((row) => ({
        at: at(row),
        destination: String(row['name']),
        done: Number(row['done']),
        retry: Number(row['retry']),
        dead: Number(row['dead']),
      })),
      rejections: selectRejections.all(width, first, end).map((row) => ({
        at: at(row),
        source: row['source'] === '' ? null : String(row['source']),
        cause: String(row['cause']),
        count: Number(row['count']),
      })),
    }
  }
}
