import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { deliveryFilterStates, deliveryStates } from './states.ts'

/** What the operator's API says and takes. Times are ISO 8601, UTC, with milliseconds. */

export const nullable = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })

export const time = (description: string) => Type.String({ description, examples: ['2026-01-02T03:04:05.678Z'] })
export const count = (description: string) => Type.Integer({ minimum: 0, description })

export const Problem = Type.Object(
  { error: Type.String({ description: 'What is wrong, and what to do' }) },
  { title: 'Error' },
)

export const literals = <T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)))

export const DeliveryState = Type.Unsafe<(typeof deliveryStates)[number]>({
  ...literals(deliveryStates),
  description:
    'pending: waits for an attempt; leased: one is under way; done; dead: given up; discarded: no longer wanted',
})

export const Delivery = Type.Object(
  {
    destination: Type.String(),
    state: DeliveryState,
    retrying: Type.Boolean({ description: 'Pending after a failed attempt; not any more once it is replayed' }),
    attempts: count('Attempts begun so far'),
    dueAt: time('When it is tried next, when its lease ends, or when it ended'),
    lastStatus: nullable(Type.Integer(), 'HTTP status of the last answer'),
    lastError: nullable(Type.String(), 'Why the last attempt failed'),
    orderingKey: nullable(Type.String(), 'Deliveries with the same one are made in order'),
  },
  { title: 'Delivery' },
)

export const Event = Type.Object(
  {
    id: Type.String({ examples: ['evt_01hz…'] }),
    source: Type.String(),
    type: Type.String(),
    externalId: nullable(Type.String(), "The sender's own id of it"),
    receivedAt: time('When it was accepted'),
    bodySize: count('Bytes'),
    duplicates: count('How often it came again'),
    conflict: Type.Boolean({ description: 'It came again with other bytes' }),
    repeated: Type.Boolean({ description: 'The same signed bytes came before under another id' }),
    secret: Type.Union([Type.Literal('current'), Type.Literal('previous'), Type.Null()], {
      description: 'Which of the secrets of its source verified it; null: none did, or it is not known',
    }),
    deliveries: Type.Array(Delivery),
  },
  { title: 'Event' },
)

export const Header = Type.Tuple([Type.String(), Type.String()], { description: 'Name and value, as on the wire' })

export const Body = Type.Object(
  {
    encoding: literals(['utf8', 'base64']),
    text: Type.String(),
    truncated: Type.Boolean({ description: 'Only its beginning; the whole is at …/body' }),
  },
  { title: 'Body' },
)

export const Attempt = Type.Object(
  {
    destination: Type.String(),
    attempt: Type.Integer(),
    startedAt: time('When it began'),
    durationMs: nullable(Type.Integer()),
    outcome: literals(['done', 'retry', 'dead', 'released', 'deferred', 'crashed']),
    status: nullable(Type.Integer()),
    error: nullable(Type.String()),
    responseHeaders: Type.Array(Header),
    responseBody: nullable(Body),
  },
  { title: 'Attempt' },
)

export const EventDetail = Type.Composite(
  [
    Event,
    Type.Object({
      headers: Type.Array(Header),
      body: nullable(Body, 'Null once it is past its retention'),
      traceId: nullable(Type.String(), 'The trace in which it was accepted; null: none was recorded'),
      attempts: Type.Array(Attempt),
    }),
  ],
  { title: 'Event, whole' },
)

export const ListedDelivery = Type.Composite(
  [
    Type.Object({
      eventId: Type.String(),
      source: Type.String(),
      type: Type.String(),
      receivedAt: time('Of the event'),
    }),
    Delivery,
  ],
  { title: 'Delivery of an event' },
)

export const Destination = Type.Object(
  {
    name: Type.String(),
    configured: Type.Boolean({ description: 'False: it is in no setting or file any more; what waits for it stays' }),
    state: Type.Unsafe<'active' | 'paused' | 'disabled' | 'failing' | 'throttled'>({
      ...literals(['active', 'paused', 'disabled', 'failing', 'throttled']),
      description:
        'disabled: it said that it is gone; failing: left alone because it only fails, tried now and then; throttled: it asked for a pause',
    }),
    reason: nullable(Type.String(), 'Why it is disabled'),
    since: nullable(
      time(
        'Paused or disabled since, or left alone until; null while failing or throttled: it is tried with what is due next',
      ),
    ),
    pending: count('Deliveries that wait for an attempt'),
    retrying: count('Those of them whose last attempt failed'),
    leased: count('Attempts under way'),
    dead: count('Given up'),
    oldestDueAt: nullable(time('When the first of the pending ones fell or falls due')),
    ageSeconds: count('For how long it has been due'),
  },
  { title: 'Destination' },
)

export const Job = Type.Object(
  {
    id: Type.String(),
    kind: literals(['replay', 'discard', 'release']),
    state: literals(['running', 'done', 'cancelled', 'failed']),
    count: count('Deliveries changed, or rejected requests looked at so far'),
    ratePerSecond: Type.Number(),
    destination: nullable(Type.String()),
    startedAt: time('When it began'),
    endedAt: nullable(time('When it ended')),
    error: nullable(Type.String()),
  },
  { title: 'Job' },
)

export const ReleaseOutcome = Type.Object(
  {
    id: Type.String({ description: 'Of the rejected request' }),
    outcome: Type.Unsafe<'released' | 'duplicate' | 'rejected'>({
      ...literals(['released', 'duplicate', 'rejected']),
      description: 'duplicate: the event was stored before; rejected: it is still not genuine',
    }),
    eventId: nullable(Type.String(), 'Of the event; of a duplicate, of the first one'),
    type: nullable(Type.String()),
    cause: nullable(Type.String(), 'Why it is still rejected, in one word'),
    detail: nullable(Type.String(), 'The same in one sentence'),
  },
  { title: 'What came of a release' },
)

export const JobDetail = Type.Composite(
  [Job, Type.Object({ results: Type.Array(ReleaseOutcome, { description: 'Of a release; the last 1,000' }) })],
  { title: 'Job, whole' },
)

export const Rejection = Type.Object(
  {
    id: Type.String(),
    source: nullable(Type.String()),
    cause: Type.String(),
    detail: nullable(Type.String()),
    receivedAt: time('When it was rejected'),
    method: Type.String(),
    url: Type.String(),
    remoteAddress: nullable(Type.String()),
    bodySize: count('Bytes'),
  },
  { title: 'Rejected request' },
)

export const Diagnosis = Type.Object(
  {
    cause: Type.String({ description: 'In one word; docs/doctor.md has a section for each' }),
    certainty: Type.Unsafe<'proven' | 'likely'>({
      ...literals(['proven', 'likely']),
      description: 'proven: with this one thing changed it is genuine, or nothing else is possible',
    }),
    sentence: Type.String({ description: 'What is wrong, and what to do' }),
    facts: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      description: 'What was compared, such as the signed URL beside ours',
    }),
  },
  { title: 'Diagnosis' },
)

export const RejectionDetail = Type.Composite(
  [
    Rejection,
    Type.Object({
      headers: Type.Array(Header),
      body: nullable(Body),
      diagnosis: nullable(Diagnosis, 'By the settings of now; null: it could not be looked into'),
    }),
  ],
  { title: 'Rejected request, whole' },
)

/** Filters that several routes share, as query or as part of a body. */
export const filters = {
  source: Type.Optional(Type.String({ description: 'Name of a source' })),
  type: Type.Optional(Type.String({ description: 'Type of event' })),
  from: Type.Optional(time('Stored at this time or later')),
  to: Type.Optional(time('Stored before this time')),
} as const

export const stateFilter = Type.Optional(
  Type.Unsafe<(typeof deliveryFilterStates)[number]>({
    ...literals(deliveryFilterStates),
    description: 'retrying: pending after a failed attempt',
  }),
)

export const DeliveryFilter = Type.Object(
  { ...filters, destination: Type.Optional(Type.String()), state: stateFilter },
  { additionalProperties: false, title: 'Which deliveries' },
)

export const RejectionFilter = Type.Object(
  { source: filters.source, cause: Type.Optional(Type.String()), from: filters.from, to: filters.to },
  { additionalProperties: false, title: 'Which rejected requests' },
)

export const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String({ minLength: 1, description: 'The `next` of the page before' })),
} as const

export const next = nullable(Type.String(), 'Pass it as `cursor` for more; null: there is no more')

export type EventView = Static<typeof Event>
export type EventDetailView = Static<typeof EventDetail>
export type DeliveryView = Static<typeof Delivery>
export type ListedDeliveryView = Static<typeof ListedDelivery>
export type AttemptView = Static<typeof Attempt>
export type BodyView = Static<typeof Body>
export type HeaderView = Static<typeof Header>
export type DestinationView = Static<typeof Destination>
export type JobView = Static<typeof Job>
export type RejectionView = Static<typeof Rejection>
export type RejectionDetailView = Static<typeof RejectionDetail>
export type ReleaseOutcomeView = Static<typeof ReleaseOutcome>
export type JobDetailView = Static<typeof JobDetail>
