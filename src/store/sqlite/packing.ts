import type { MatchedSecret, NewEvent } from '../types.ts'
import type { PackedEvent } from './accept.ts'

/**
 * A batch of events on its way to the writer thread: the bodies side by side in one buffer that is handed over rather
 * than copied, and everything else in one flat list, since an object per event would spell out its keys each time. Only
 * a body in shared memory stays where it is and goes into the list itself.
 */
export interface PackedBatch {
  readonly bodies: ArrayBuffer
  readonly fields: readonly Field[]
}

type Field = string | number | null | readonly (string | null)[] | Uint8Array

export function packEvents(events: readonly NewEvent[]): PackedBatch {
  let size = 0
  for (const { body } of events) if (!isShared(body)) size += body.byteLength
  // Its memory is its own (never Node's shared pool), as transferring demands, and is not zeroed first.
  const bodies = Buffer.allocUnsafeSlow(size)
  const fields: Field[] = []
  let at = 0
  for (const event of events) {
    const shared = isShared(event.body)
    if (!shared) {
      bodies.set(event.body, at)
      at += event.body.byteLength
    }
    fields.push(
      shared ? event.body : event.body.byteLength,
      event.source,
      event.type,
      event.externalId,
      event.dedupKey,
      event.replay === null ? null : event.replay.key,
      event.replay === null ? null : event.replay.verdict,
      event.receivedAt,
      JSON.stringify(event.headers),
      event.destinations,
      event.orderingKeys ?? null,
      event.secret ?? null,
    )
  }
  return { bodies: bodies.buffer, fields }
}

export function unpackEvents({ bodies, fields }: PackedBatch): PackedEvent[] {
  const events: PackedEvent[] = []
  const next = fields.values()
  const take = () => next.next().value ?? null
  let at = 0
  for (let body = take(); body !== null; body = take()) {
    const [source, type, externalId, dedupKey] = [text(take()), text(take()), take(), take()]
    const [replayKey, verdict] = [take(), take()]
    events.push({
      source,
      type,
      externalId: typeof externalId === 'string' ? externalId : null,
      dedupKey: typeof dedupKey === 'string' ? dedupKey : null,
      replay:
        typeof replayKey === 'string' ? { key: replayKey, verdict: verdict === 'flag' ? 'flag' : 'duplicate' } : null,
      receivedAt: Number(take()),
      headers: text(take()),
      destinations: list(take()).map(text),
      ...ordered(take()),
      secret: matched(take()),
      body: body instanceof Uint8Array ? body : new Uint8Array(bodies, at, Number(body)),
    })
    if (typeof body === 'number') at += body
  }
  return events
}

function isShared(body: Uint8Array): boolean {
  return body.buffer instanceof SharedArrayBuffer
}

function ordered(keys: Field): Pick<PackedEvent, 'orderingKeys'> {
  return keys === null ? {} : { orderingKeys: list(keys) }
}

function matched(field: Field): MatchedSecret | null {
  return field === 'current' || field === 'previous' ? field : null
}

function text(field: Field): string {
  return typeof field === 'string' ? field : ''
}

function list(field: Field): readonly (string | null)[] {
  return Array.isArray(field) ? field : []
}
