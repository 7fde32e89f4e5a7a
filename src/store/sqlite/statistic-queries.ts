import type { DatabaseSync } from 'node:sqlite'
import { bucketsOf, minutesPerHour } from '../buckets.ts'
import { toStatistics } from '../sql/statistics.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'

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

  return (wanted) => {
    const buckets = bucketsOf(wanted)
    const { width, first, end, hourly } = buckets
    const unit = hourly ? minutesPerHour : 1
    const range = [width / unit, first / unit, end / unit]
    const statements = hourly ? byHour : byMinute
    const events = statements.events.all(...range)
    const deliveries = statements.deliveries.all(...range)
    const rejections = selectRejections.all(width, first, end)
    return toStatistics({ events, deliveries, rejections }, buckets)
  }
}
