import { minuteAt, startOfMinute } from '../event-id.ts'
import type { Row } from '../sql/rows.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'
import type { Database } from './database.ts'

const msPerMinute = 60_000
const minutesPerHour = 60

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

  return async ({ from, to, bucketMs }) => {
    const width = Math.max(1, Math.round(bucketMs / msPerMinute))
    const first = Math.floor(minuteAt(from) / width) * width
    const end = Math.ceil(minuteAt(to + msPerMinute - 1) / width) * width
    const at = (row: Row) => startOfMinute(Number(row['bucket']) * width)
    const hourly = width % minutesPerHour === 0
    const { events: selectEvents, deliveries: selectDeliveries } = statements[hourly ? 'hour' : 'minute']
    const unit = hourly ? minutesPerHour : 1
    const range = [width / unit, first / unit, end / unit]
    const accepted = await query(selectEvents, range)
    const attempted = await query(selectDeliveries, range)
    const refused = await query(selectRejections, [width, first, end])
    return {
      events: accepted.map((row) => ({
        at: at(row),
        source: String(row['source']),
        accepted: Number(row['accepted']),
        duplicates: Number(row['duplicates']),
        bytes: Number(row['bytes']),
      })),
      deliveries: attempted.map((row) => ({
        at: at(row),
        destination: String(row['name']),
        done: Number(row['done']),
        retry: Number(row['retry']),
        dead: Number(row['dead']),
      })),
      rejections: refused.map((row) => ({
        at: at(row),
        source: row['source'] === '' ? null : String(row['source']),
        cause: String(row['cause']),
        count: Number(row['count']),
      })),
    }
  }
}
