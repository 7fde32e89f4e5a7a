import type { DatabaseSync } from 'node:sqlite'
import { encodeEventId, firstSequenceAt } from '../event-id.ts'
import { asBytes, secretCode } from '../sql/rows.ts'
import { stateCodes } from '../sql/states.ts'
import type { AcceptResult, NewEvent } from '../types.ts'
import { type DedupIndex, hashKey, keyToBytes } from './dedup-index.ts'
import type { Destinations } from './destinations.ts'
import type { Ordering } from './ordering.ts'
import type { Renewal } from './renewal.ts'
import type { Tallies } from './tallies.ts'

/** A new event whose headers are already text, as the writer thread receives it. */
export interface PackedEvent extends Omit<NewEvent, 'headers'> {
  readonly headers: string
}

export interface AcceptOptions {
  readonly dedupRetentionMs: number
}

/** Stores events inside the writer's open transaction. */
export type Accept = (event: PackedEvent, now: number) => AcceptResult

/** A duplicate, unless the row is gone or its id has outlived its retention. */
interface Known {
  readonly seq: number
  readonly bodySize: number
}

/** What accepting touches besides the event's own rows. */
export interface AcceptParts {
  readonly index: DedupIndex
  readonly destinations: Destinations
  readonly ordering: Ordering
  readonly renewal: Renewal
  readonly tallies: Tallies
}

export function createAccept(db: DatabaseSync, parts: AcceptParts, options: AcceptOptions): Accept {
  const { index, destinations, ordering, renewal, tallies } = parts
  const insertEvent = db.prepare(
    `INSERT INTO events (seq, source, type, external_id, received_at, dedup_key, replay_key, body_size, repeated, secret)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertPayload = db.prepare('INSERT INTO payloads (seq, headers, body) VALUES (?, ?, ?)')
  const insertDelivery = db.prepare(
    'INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at) VALUES (?, ?, 0, 0, 0, ?)',
  )
  const insertOrdered = db.prepare(
    `INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at, order_key)
     VALUES (?, ?, ?, 0, 0, ?, ?)`,
  )
  const selectKnown = db.prepare('SELECT received_at, body_size FROM events WHERE seq = ?')
  const selectBody = db.prepare('SELECT body FROM payloads WHERE seq = ?')
  const countDuplicate = db.prepare(
    'UPDATE events SET duplicates = duplicates + 1, conflict = max(conflict, ?) WHERE seq = ?',
  )
  let lastSeq = Number(db.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0)

  function known(key: string, receivedAt: number): Known | null {
    const seq = index.find(key)
    if (seq === null) return null
    const row = selectKnown.get(seq)
    if (row === undefined || Number(row['received_at']) + options.dedupRetentionMs <= receivedAt) return null
    return { seq, bodySize: Number(row['body_size']) }
  }

  function hasOtherBytes(first: Known, body: Uint8Array): boolean {
    if (first.bodySize !== body.byteLength) return true
    const row = selectBody.get(first.seq)
    return row !== undefined && Buffer.compare(asBytes(row['body']), body) !== 0
  }

  function duplicate(first: Known, { source, type, body }: PackedEvent, now: number): AcceptResult {
    const conflict = hasOtherBytes(first, body)
    countDuplicate.run(conflict ? 1 : 0, first.seq)
    tallies.duplicate(source, type, now)
    const rearmed = renewal.renewEvent(first.seq, [stateCodes.dead], now)
    return { status: 'duplicate', id: encodeEventId(first.seq), conflict, rearmed }
  }

  function deliverInOrder(seq: number, names: readonly string[], keys: readonly (string | null)[], now: number): void {
    for (const [i, name] of names.entries()) {
      const destination = destinations.idOf(name)
      const key = keys[i] ?? null
      const waits = key !== null && ordering.isTaken(destination, key)
      if (key !== null) ordering.used(destination)
      insertOrdered.run(seq, destination, waits ? stateCodes.blocked : stateCodes.pending, now, key)
    }
  }

  return (event, now) => {
    const dedupKey = event.dedupKey === null ? null : hashKey(event.dedupKey)
    const replayKey = event.replay === null ? null : hashKey(event.replay.key)
    const sameId = dedupKey === null ? null : known(dedupKey, event.receivedAt)
    if (sameId !== null) return duplicate(sameId, event, now)
    const sameBytes = replayKey === null ? null : known(replayKey, event.receivedAt)
    if (sameBytes !== null && event.replay?.verdict === 'duplicate') return duplicate(sameBytes, event, now)

    const seq = Math.max(lastSeq + 1, firstSequenceAt(now))
    const repeated = sameBytes !== null
    insertEvent.run(
      seq,
      event.source,
      event.type,
      event.externalId,
      event.receivedAt,
      dedupKey === null ? null : keyToBytes(dedupKey),
      replayKey === null ? null : keyToBytes(replayKey),
      event.body.byteLength,
      repeated ? 1 : 0,
      secretCode(event.secret ?? null),
    )
    insertPayload.run(seq, event.headers, event.body)
    if (event.orderingKeys === undefined) {
      for (const name of event.destinations) insertDelivery.run(seq, destinations.idOf(name), now)
    } else {
      deliverInOrder(seq, event.destinations, event.orderingKeys, now)
    }
    tallies.accepted(event.source, event.type, seq, event.body.byteLength)
    if (dedupKey !== null) index.add(dedupKey, seq, event.receivedAt)
    // A flagged repeat keeps pointing at the first one; only an unknown key is new.
    if (replayKey !== null && !repeated) index.add(replayKey, seq, event.receivedAt)
    lastSeq = seq
    return { status: 'accepted', id: encodeEventId(seq), repeated }
  }
}
