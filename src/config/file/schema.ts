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

export const DestinationSchema = object({
  ...route,
  ...delivery,
  url: given('an http(s) URL without fragment'),
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
  rate: optional(number(0.001, 100_000)),
  ca: optional(text('^[^]', 'certificates as PEM, or the path of a PEM file')),
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
export type DestinationData = Static<typeof DestinationSchema>
export type SourceData = Static<typeof SourceSchema>
