import { Type } from '@sinclair/typebox'
import { count, literals, nullable, time } from './schemas.ts'

const seconds = (description: string) => Type.Number({ minimum: 0, description: `Seconds: ${description}` })

export const Answers = Type.Object(
  {
    count: count('Events that were answered 200, duplicates included'),
    p50: seconds('half of them took no longer'),
    p95: seconds('95 of 100 took no longer'),
    p99: seconds('99 of 100 took no longer'),
    max: seconds('the longest'),
  },
  { title: 'Answer times' },
)

const counts = {
  accepted: count('Events stored'),
  duplicates: count('Events that were known already'),
  rejected: count('Requests rejected'),
  done: count('Attempts that delivered'),
  retry: count('Attempts that failed and are made again'),
  dead: count('Attempts after which a delivery was given up'),
} as const

const answers = nullable(Answers, 'Of this process. Null: none since its start, or longer ago than a day')

export const Bucket = Type.Object(
  { at: time('Its start'), ...counts, bytes: count('Of the bodies of accepted events'), answers },
  { title: 'Counts of a stretch of time' },
)

export const Warning = Type.Object(
  {
    code: Type.String({ description: 'The same as long as the thing is' }),
    level: Type.Unsafe<'critical' | 'warning'>({
      ...literals(['critical', 'warning']),
      description: 'critical: events are rejected, or may be lost',
    }),
    text: Type.String({ description: 'What is the matter, and what to do' }),
  },
  { title: 'Warning' },
)

export const Overview = Type.Object(
  {
    version: Type.String(),
    node: Type.String(),
    startedAt: time('Of the process'),
    uptimeSeconds: count('Since then'),
    store: Type.Object({
      engine: Type.String(),
      durability: Type.String({ description: 'When an event counts as stored' }),
      replicas: nullable(count('Processes at work on it'), 'Null: it is not shared, or does not say now'),
      state: Type.String({ description: 'ready; failing: the last commit failed; broken: only a restart can help' }),
      error: nullable(Type.String()),
      waiting: Type.Object({ events: count('Not committed yet'), bytes: count('Of their bodies') }),
      disk: nullable(
        Type.Object({ free: Type.Number(), size: Type.Number() }),
        'Bytes of the file system of DATA_DIR; null: the store is elsewhere, or nobody knows',
      ),
    }),
    totals: Type.Object({
      from: time('Where the counts begin'),
      to: time('And end'),
      ...counts,
      successRate: nullable(
        Type.Number({ minimum: 0, maximum: 1 }),
        'Attempts that delivered, of all; null: there were none',
      ),
      answers,
    }),
    backlog: Type.Object({
      pending: count('Deliveries that wait for an attempt'),
      retrying: count('Those of them whose last attempt failed'),
      leased: count('Attempts under way'),
      dead: count('Given up'),
      oldestDueAt: nullable(time('When the first of the pending ones fell or falls due')),
      ageSeconds: count('For how long it has been due'),
    }),
    stepMinutes: Type.Integer({ description: 'Length of each of `series`' }),
    series: Type.Array(Bucket, { description: 'Oldest first, without gaps' }),
    warnings: Type.Array(Warning, { description: 'The worst first' }),
  },
  { title: 'Overview' },
)
