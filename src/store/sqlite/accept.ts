import type { DatabaseSync } from 'node:sqlite'
import { encodeEventId, firstSequenceAt } from '../event-id.ts'
import type { AcceptResult, NewEvent } from '../types.ts'
import { type DedupIndex, hashKey, keyToBytes } from './dedup-index.ts'
import type { DestinationIds } from './destination-ids.ts'
import { asBytes } from './rows.ts'

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

export function createAccept(
  db: DatabaseSync,
  index: DedupIndex,
  destinations: DestinationIds,
  options: AcceptOptions,
): Accept {
  const insertEvent = db.prepare(
    `INSERT INTO events (seq, source, type, external_id, received_at, dedup_key, replay_key, body_size, repeated)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertPayload = db.prepare('INSERT INTO payloads (seq, headers, body) VALUES (?, ?, ?)')
  const insertDelivery = db.prepare(
    'INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at) VALUES (?, ?, 0, 0, 0, ?)',
  )
  const selectKnown = db.prepare('SELECT received_at, body_size FROM events WHERE seq = ?')
  const selectBody = db.prepare('SELECT body FROM payloads WHERE seq = ?')
  const countDuplicate = db.prepare(
    'UPDATE events SET duplicates = duplicates + 1, conflict = max(conflict, ?) WHERE seq = ?',
  )
  const rearmDead = db.prepare(
    `UPDATE deliveries SET state = 0, series_start = attempt, due_at = ?
     WHERE seq = ? AND state = 3 AND EXISTS (SELECT 1 FROM payloads WHERE payloads.seq = deliveries.seq)`,
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

  function duplicate(first: Known, body: Uint8Array, now: number): AcceptResult {
    const conflict = hasOtherBytes(first, body)
    countDuplicate.run(conflict ? 1 : 0, first.seq)
    const rearmed = Number(rearmDead.run(now, first.seq).changes)
    return { status: 'duplicate', id: encodeEventId(first.seq), conflict, rearmed }
  }

  return (event, now) => {
    const dedupKey = event.dedupKey === null ? null : hashKey(event.dedupKey)
    const replayKey = event.replay === null ? null : hashKey(event.replay.key)
    const sameId = dedupKey === null ? null : known(dedupKey, event.receivedAt)
    if (sameId !== null) return duplicate(sameId, event.body, now)
    const sameBytes = replayKey === null ? null : known(replayKey, event.receivedAt)
    if (sameBytes !== null && event.replay?.verdict === 'duplicate') return duplicate(sameBytes, event.body, now)

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
    )
    insertPayload.run(seq, event.headers, event.body)
    for (const name of event.destinations) insertDelivery.run(seq, destinations.idOf(name), now)
    if (dedupKey !== null) index.add(dedupKey, seq, event.receivedAt)
    // A flagged repeat keeps pointing at the first one; only an unknown key is new.
    if (replayKey !== null && !repeated) index.add(replayKey, seq, event.receivedAt)
    lastSeq = seq
    return { status: 'accepted', id: encodeEventId(seq), repeated }
  }
}
