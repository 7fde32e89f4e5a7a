import type { Static } from '@sinclair/typebox'
import { fileSystemOf } from '../diagnosis/file-system.ts'
import { minuteAt, startOfMinute } from '../store/event-id.ts'
import type { Statistics } from '../store/types.ts'
import { version } from '../version.ts'
import { durabilityOf } from './engine.ts'
import type { AnswerTimes } from './latency.ts'
import type { Operator } from './operator.ts'
import type { Bucket, Overview } from './overview-schema.ts'
import { OperatorError } from './problem.ts'
import type { DestinationView } from './schemas.ts'
import { isoTime } from './views.ts'
import { findWarnings } from './warnings.ts'

const minuteMs = 60_000
/** More points than this no plot shows. */
const maxBuckets = 1_000

export interface OverviewQuery {
  /** How far back, in minutes. */
  readonly minutes: number
  /** Minutes that are counted together; undefined: so many that there are about sixty points. */
  readonly step: number | undefined
}

/**
 * How the gateway is doing: what it is, what waits, what to see to, and what happened of late, in stretches of equal length.
 * @throws {OperatorError} 400 for more points than a plot shows
 */
export async function overviewOf(
  operator: Operator,
  { minutes, step = Math.ceil(minutes / 60) }: OverviewQuery,
  now: number,
): Promise<Static<typeof Overview>> {
  const { config, store, startedAt } = operator
  const bucketMs = step * minuteMs
  if (minutes / step > maxBuckets) {
    throw new OperatorError(400, `step: give at least ${Math.ceil(minutes / maxBuckets)} for so long a time`)
  }
  // Stretches begin where those of the store do.
  const ahead = store.clockAhead()
  const to = startOfMinute((Math.floor(minuteAt(now + ahead) / step) + 1) * step)
  const from = to - Math.ceil(minutes / step) * bucketMs
  // How long senders waited is remembered by this machine's clock.
  const answers = { between: (start: number, end: number) => operator.answers.between(start - ahead, end - ahead) }
  const [statistics, destinations, replicas, disk] = await Promise.all([
    store.statistics({ from, to, bucketMs }),
    operator.destinations(),
    operator.replicas(),
    // Where the store is elsewhere, its disk is.
    store.shared ? null : fileSystemOf(config.dataDir),
  ])
  const series = seriesOf(statistics, answers, { from, to, bucketMs })
  const sum = (count: (bucket: Static<typeof Bucket>) => number) => series.reduce((all, one) => all + count(one), 0)
  const [done, retry, dead] = [sum((b) => b.done), sum((b) => b.retry), sum((b) => b.dead)]
  return {
    version,
    node: process.version,
    startedAt: isoTime(startedAt),
    uptimeSeconds: Math.floor((now - startedAt) / 1000),
    store: {
      engine: store.engine,
      durability: durabilityOf(store.engine, store.doubts()),
      replicas,
      ...store.status(),
      waiting: store.backlog(),
      disk: disk === null ? null : { free: disk.free, size: disk.size },
    },
    totals: {
      from: isoTime(from),
      to: isoTime(to),
      accepted: sum((b) => b.accepted),
      duplicates: sum((b) => b.duplicates),
      rejected: sum((b) => b.rejected),
      done,
      retry,
      dead,
      successRate: done + retry + dead === 0 ? null : done / (done + retry + dead),
      answers: answers.between(from, to),
    },
    backlog: backlogOf(destinations),
    stepMinutes: step,
    series,
    warnings: findWarnings({ config, store, destinations, disk }).map((warning) => ({ ...warning })),
  }
}

/** One for each stretch of time, those in which nothing happened included. */
function seriesOf(
  { events, deliveries, rejections }: Statistics,
  answers: Pick<AnswerTimes, 'between'>,
  { from, to, bucketMs }: { readonly from: number; readonly to: number; readonly bucketMs: number },
): Static<typeof Bucket>[] {
  const buckets = Array.from({ length: Math.round((to - from) / bucketMs) }, (_, i): Static<typeof Bucket> => {
    const at = from + i * bucketMs
    const counts = { accepted: 0, duplicates: 0, rejected: 0, bytes: 0, done: 0, retry: 0, dead: 0 }
    return { at: isoTime(at), ...counts, answers: answers.between(at, at + bucketMs) }
  })
  const bucketAt = (at: number) => buckets[Math.floor((at - from) / bucketMs)]
  for (const { at, accepted, duplicates, bytes } of events) {
    const bucket = bucketAt(at)
    if (bucket === undefined) continue
    bucket.accepted += accepted
    bucket.duplicates += duplicates
    bucket.bytes += bytes
  }
  for (const { at, done, retry, dead } of deliveries) {
    const bucket = bucketAt(at)
    if (bucket === undefined) continue
    bucket.done += done
    bucket.retry += retry
    bucket.dead += dead
  }
  for (const { at, count } of rejections) {
    const bucket = bucketAt(at)
    if (bucket !== undefined) bucket.rejected += count
  }
  return buckets
}

function backlogOf(destinations: readonly DestinationView[]): Static<typeof Overview>['backlog'] {
  const sum = (count: (destination: DestinationView) => number) =>
    destinations.reduce((all, destination) => all + count(destination), 0)
  const oldest = destinations
    .flatMap(({ oldestDueAt }) => oldestDueAt ?? [])
    .sort()
    .at(0)
  return {
    pending: sum((d) => d.pending),
    retrying: sum((d) => d.retrying),
    leased: sum((d) => d.leased),
    dead: sum((d) => d.dead),
    oldestDueAt: oldest ?? null,
    ageSeconds: Math.max(0, ...destinations.map(({ ageSeconds }) => ageSeconds)),
  }
}
