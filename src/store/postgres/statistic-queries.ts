import { bucketsOf, minutesPerHour } from '../buckets.ts'
import { toStatistics } from '../sql/statistics.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'
import type { Database } from './database.ts'

/** Reading the counts: of whole hours from those that are kept by the hour, else by the minute. */
export type StatisticQueries = (query: StatisticsQuery) => Promise<Statistics>

export function createStatisticQueries({ query, tables: t }: Database): StatisticQueries {
  const bucket = (unit: string) => `c.${unit} / $1::int AS bucket`
  const within = (unit: string) => `c.${unit} >= $2 AND c.${unit} < $3`
  const sorted = 'GROUP BY 1, 2 ORDER BY 1, 2'
  const events = 'sum(c.accepted) AS accepted, sum(c.duplicates) AS duplicates, sum(c.bytes) AS bytes'
  const deliveries = 'sum(c.done) AS done, sum(c.retry) AS retry, sum(c.dead) AS dead'
  const statementsFor = (unit: 'minute' | 'hour') => ({
    events:
      unit === 'minute'
        ? `SELECT ${bucket(unit)}, k.source COLLATE "C" AS source, ${events}
           FROM ${t.eventTallies} c JOIN ${t.kinds} k ON k.id = c.kind WHERE ${within(unit)} ${sorted}`
        : `SELECT ${bucket(unit)}, c.source COLLATE "C" AS source, ${events}
           FROM ${t.eventHours} c WHERE ${within(unit)} ${sorted}`,
    deliveries: `SELECT ${bucket(unit)}, n.name COLLATE "C" AS name, ${deliveries}
      FROM ${unit === 'minute' ? t.deliveryTallies : t.deliveryHours} c JOIN ${t.destinations} n ON n.id = c.destination
      WHERE ${within(unit)} ${sorted}`,
  })
  const statements = { minute: statementsFor('minute'), hour: statementsFor('hour') }
  const selectRejections = `SELECT ${bucket('minute')}, c.source COLLATE "C" AS source, c.cause COLLATE "C" AS cause,
      sum(c.count) AS count
    FROM ${t.rejectionTallies} c WHERE ${within('minute')} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

  return async (wanted) => {
    const buckets = bucketsOf(wanted)
    const { width, first, end, hourly } = buckets
    const unit = hourly ? minutesPerHour : 1
    const range = [width / unit, first / unit, end / unit]
    const select = statements[hourly ? 'hour' : 'minute']
    const events = await query(select.events, range)
    const deliveries = await query(select.deliveries, range)
    const rejections = await query(selectRejections, [width, first, end])
    return toStatistics({ events, deliveries, rejections }, buckets)
  }
}
