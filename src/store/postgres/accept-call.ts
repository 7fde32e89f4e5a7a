import { createHash } from 'node:crypto'
import { encodeEventId } from '../event-id.ts'
import type { ServerClock } from '../server-clock.ts'
import { type Row, secretCode } from '../sql/rows.ts'
import type { AcceptResult, NewEvent } from '../types.ts'
import type { Database } from './database.ts'
import { hashKey } from './keys.ts'
import type { Names } from './names.ts'
import type { Tallies } from './tallies.ts'
import { storable, storableOrNull } from './text.ts'

/** An event with its keys as they are stored. */
export interface KeyedEvent {
  readonly event: NewEvent
  readonly dedup: string | null
  readonly replay: string | null
}

export function keyEvent(event: NewEvent): KeyedEvent {
  return {
    event,
    dedup: event.dedupKey === null ? null : hashKey(event.dedupKey),
    replay: event.replay === null ? null : hashKey(event.replay.key),
  }
}

/** The two statements that accepting is made of. Each gives one result per event, null where the other is to be asked. */
export interface AcceptCalls {
  /** Stores those that are new. No key may occur twice. @throws {StoreUnavailableError} */
  store(events: readonly KeyedEvent[], writer: number): Promise<readonly (AcceptResult | null)[]>
  /** Counts those that are known. @throws {StoreUnavailableError} */
  repeat(events: readonly KeyedEvent[]): Promise<readonly (AcceptResult | null)[]>
}

export interface AcceptCallParts {
  readonly database: Pick<Database, 'query' | 'tables'>
  readonly names: Names
  readonly tallies: Tallies
  readonly clock: Pick<ServerClock, 'now'>
  readonly dedupRetentionMs: number
  /** How long another transaction's keys are waited for, in milliseconds. */
  readonly lockMs: number
}

export function createAcceptCalls(parts: AcceptCallParts): AcceptCalls {
  const { names, tallies, clock, dedupRetentionMs, lockMs } = parts
  const { query, tables } = parts.database
  const placeholders = (count: number) => Array.from({ length: count }, (_, i) => `$${i + 1}`).join(', ')
  const accept = `SELECT * FROM ${tables.schema}.accept_1(${placeholders(20)})`
  const repeat = `SELECT * FROM ${tables.schema}.repeat_1(${placeholders(8)})`

  async function deliveriesOf(events: readonly KeyedEvent[]) {
    const flat = events.flatMap(({ event: { destinations, orderingKeys } }, i) =>
      destinations.map((name, j) => ({ of: i + 1, name, key: orderingKeys?.[j] ?? null })),
    )
    const ordered = flat.some(({ key }) => key !== null)
    return [
      flat.map(({ of }) => of),
      await names.destinations(flat.map(({ name }) => name)),
      ordered ? flat.map(({ key }) => (key === null ? null : hashKey(key))) : null,
      ordered ? flat.map(({ key }) => storableOrNull(key)) : null,
    ]
  }

  return {
    async store(events, writer) {
      const news = events.map(({ event }) => event)
      const kinds = await names.kinds(news)
      const rows = await query(accept, [
        writer,
        clock.now(),
        dedupRetentionMs,
        lockMs,
        news.map(({ source }) => storable(source)),
        news.map(({ type }) => storable(type)),
        kinds,
        news.map(({ externalId }) => storableOrNull(externalId)),
        events.map(({ dedup }) => dedup),
        events.map(({ replay }) => replay),
        news.map(({ replay }) => replay?.verdict === 'flag'),
        news.map(({ receivedAt }) => receivedAt),
        news.map(({ secret }) => secretCode(secret ?? null)),
        news.map(({ headers }) => JSON.stringify(headers)),
        news.map(({ body }) => body.byteLength),
        joined(news),
        ...(await deliveriesOf(events)),
      ])
      const results = new Array<AcceptResult | null>(events.length).fill(null)
      for (const row of rows) {
        const [at, seq] = [Number(row['ord']) - 1, Number(row['seq'])]
        const event = news[at]
        if (event !== undefined) tallies.accepted(event.source, kinds[at] ?? 0, seq, event.body.byteLength)
        results[at] = { status: 'accepted', id: encodeEventId(seq), repeated: row['repeated'] === true }
      }
      return results
    },

    async repeat(events) {
      const news = events.map(({ event }) => event)
      const now = clock.now()
      const rows = await query(repeat, [
        now,
        dedupRetentionMs,
        lockMs,
        events.map(({ dedup }) => dedup),
        events.map(({ event, replay }) => (event.replay?.verdict === 'duplicate' ? replay : null)),
        news.map(({ receivedAt }) => receivedAt),
        news.map(({ body }) => body.byteLength),
        news.map(({ body }) => digest(body)),
      ])
      const kinds = await names.kinds(news)
      const results = new Array<AcceptResult | null>(events.length).fill(null)
      for (const row of rows) {
        const at = Number(row['ord']) - 1
        tallies.duplicate(news[at]?.source ?? '', kinds[at] ?? 0, now)
        results[at] = toDuplicate(row)
      }
      return results
    },
  }
}

function toDuplicate(row: Row): AcceptResult {
  return {
    status: 'duplicate',
    id: encodeEventId(Number(row['seq'])),
    conflict: row['conflict'] === true,
    rearmed: Number(row['rearmed']),
  }
}

/** The bodies side by side: one value in binary, where a list of them would be written out in hexadecimal. */
function joined(events: readonly NewEvent[]): Buffer {
  const [first] = events
  if (first !== undefined && events.length === 1) {
    return Buffer.from(first.body.buffer, first.body.byteOffset, first.body.byteLength)
  }
  return Buffer.concat(events.map(({ body }) => body))
}

function digest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest()
}
