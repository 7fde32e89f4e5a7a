import { type Static, Type } from '@sinclair/typebox'
import type { Transform } from '../../delivery/transform.ts'
import type { Duration } from '../define-config.ts'
import { annotate, choice, flag, integer, number, object, oneOrMore, optional, text } from './annotate.ts'
import { RowSchema } from './row-schema.ts'

/** The schema of `posthorn.config.*`: `src/config/define-config.ts` says what each key means. */

const reference = object({ env: text('^[A-Za-z_][A-Za-z0-9_]*$', 'the name of a variable') })
const given = (accepted: string) =>
  annotate(Type.Union([Type.String({ minLength: 1 }), reference]), `${accepted}, or { env: "NAME" }`, { secret: true })
const secret = () => given('the secret as a text')

const duration = (accepted = 'a duration: seconds, or a text such as "90s", "5m" or "1.5h"') =>
  annotate(
    Type.Union([
      Type.Number({ minimum: 0 }),
      Type.Unsafe<Duration>(Type.String({ pattern: '^\\d+(?:\\.\\d+)?(?:ms|s|m|h|d)$' })),
    ]),
    accepted,
  )

const pattern = text('^[^\\u0000-\\u001f\\u007f]+$', 'a name or a pattern such as "invoice.*"')

const route = {
  from: optional(oneOrMore(pattern, 'the name of a source, a pattern such as "acme-*", or a list of them')),
  types: optional(oneOrMore(pattern, 'a type of event, a pattern such as "invoice.*", or a list of them')),
  filter: optional(annotate(Type.Record(Type.String(), Type.Unknown()), 'an object of paths and conditions')),
}

const delivery = {
  schedule: optional(
    annotate(
      Type.Union([choice('default', 'none'), Type.Array(duration(), { minItems: 1, maxItems: 100 })]),
      '"default", "none", or a list of 1 to 100 durations such as ["5s", "1m", "1h"]',
    ),
  ),
  jitter: optional(number(0, 1)),
  maxAttempts: optional(integer(1, 101)),
  giveUpAfter: optional(duration()),
  timeout: optional(duration()),
  concurrency: optional(integer(1, 1000)),
  orderBy: optional(
    text<`/${string}` | `header:${string}`>(
      "^(?:(?:/(?:[^~/]|~[01])*)+|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$",
      'a JSON pointer such as "/data/id", or a header such as "header:x-customer"',
    ),
  ),
}

export const SourceSchema = object({
  provider: optional(
    annotate(
      Type.Union([text('^[^]', 'the name of a provider'), RowSchema]),
      'the name of a provider, or how the sender signs',
    ),
  ),
  secret: optional(secret()),
  previousSecret: optional(secret()),
  verifyToken: optional(secret()),
  tolerance: optional(duration()),
  bodyLimit: optional(
    annotate(Type.Union([Type.Integer(), Type.String()]), 'a size from 1kb to 256mb: bytes, or a text such as "10mb"'),
  ),
  echo: optional(flag()),
})

const target = {
  ...route,
  ...delivery,
  rate: optional(number(0.001, 100_000)),
  transform: optional(
    annotate(
      Type.Unsafe<Transform>(Type.Function([], Type.Unknown())),
      'a function (event) => event, in TypeScript or JavaScript',
    ),
  ),
  breaker: optional(
    annotate(
      Type.Union([Type.Literal(false), object({ failures: optional(integer(1, 1000)), pause: optional(duration()) })]),
      'false, or an object such as { failures: 5, pause: "30s" }',
    ),
  ),
}

const longestMs = 2 ** 31 - 1
const keptJobs = () =>
  annotate(
    Type.Union([
      Type.Boolean(),
      Type.Integer({ minimum: 0 }),
      object({ age: integer(1, longestMs), count: optional(integer(0, longestMs)) }),
    ]),
    'true, false, a number of jobs, or an object such as { age: 86400, count: 1000 }',
  )

const JobOptionsSchema = object(
  {
    attempts: optional(integer(1, 1_000_000)),
    backoff: optional(
      annotate(
        Type.Union([
          Type.Integer({ minimum: 0, maximum: longestMs }),
          object({
            type: choice('fixed', 'exponential'),
            delay: optional(integer(0, longestMs)),
            jitter: optional(number(0, 1)),
          }),
        ]),
        'milliseconds, or an object such as { type: "exponential", delay: 1000 }',
      ),
    ),
    delay: optional(integer(0, longestMs)),
    priority: optional(integer(0, 2_097_151)),
    lifo: optional(flag()),
    removeOnComplete: optional(keptJobs()),
    removeOnFail: optional(keptJobs()),
    keepLogs: optional(integer(0, longestMs)),
    stackTraceLimit: optional(integer(0, longestMs)),
  },
  'an object of BullMQ job options',
)

const authorities = () => text('^[^]', 'certificates as PEM, or the path of a PEM file')

export const QueueSchema = object({
  ...target,
  // BullMQ joins it to its keys with colons.
  queue: text('^[\\x21-\\x39\\x3b-\\x7e]{1,128}$', 'a name of up to 128 visible ASCII characters without colon'),
  redis: given('a URL such as redis://host:6379 or rediss://user:password@host:6380/0'),
  ca: optional(authorities()),
  prefix: optional(text('^[\\x21-\\x7e]{1,128}$', 'up to 128 visible ASCII characters')),
  jobOptions: optional(JobOptionsSchema),
})

export const DestinationSchema = object({
  ...target,
  url: given('an http(s) URL without fragment (or, in its place, queue and redis)'),
  secret: optional(
    annotate(
      Type.Union([Type.String({ minLength: 1 }), reference, Type.Literal(false)]),
      'whsec_ followed by the base64 of 24 to 64 random bytes, { env: "NAME" }, or false',
      { secret: true },
    ),
  ),
  headers: optional(
    annotate(Type.Record(Type.String(), given('the value as a text')), 'an object of header names and their values'),
  ),
  connectTimeout: optional(duration()),
  fatalStatuses: optional(
    annotate(
      Type.Array(
        annotate(
          Type.Union([Type.Integer({ minimum: 300, maximum: 599 }), choice('3xx', '4xx', '5xx')]),
          'a status from 300 to 599, or "3xx", "4xx" or "5xx"',
        ),
      ),
      'a list of statuses such as [400, 422] or ["4xx"]',
    ),
  ),
  ca: optional(authorities()),
})

export const HandlerSchema = object({ ...route, ...delivery })

const entries = (what: string) => annotate(Type.Record(Type.String(), Type.Unknown()), `an object of ${what} by name`)

/** The whole file, but for what its entries hold: those are checked one by one, so that each has its problems named. */
export const FileSchema = object(
  {
    sources: optional(entries('sources')),
    destinations: optional(entries('destinations')),
    handlers: optional(entries('handlers')),
  },
  'an object with sources, destinations and handlers',
)

export type HandlerData = Static<typeof HandlerSchema>
export type QueueData = Static<typeof QueueSchema>
export type DestinationData = Static<typeof DestinationSchema>
export type SourceData = Static<typeof SourceSchema>
