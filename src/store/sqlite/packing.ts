import type { NewEvent } from '../types.ts'
import type { PackedEvent } from './accept.ts'

/**
 * A batch of events on its way to the writer thread: the bodies side by side in one buffer that is handed over rather
 * than copied, everything else as plain values.
 */
export interface PackedBatch {
  readonly bodies: ArrayBuffer
  readonly events: readonly (Omit<PackedEvent, 'body'> & { readonly size: number })[]
}

export function packEvents(events: readonly NewEvent[]): PackedBatch {
  let size = 0
  for (const event of events) size += event.body.byteLength
  // Its memory is its own (never Node's shared pool), as transferring demands, and is not zeroed first.
  const bodies = Buffer.allocUnsafeSlow(size)
  let at = 0
  const packed = events.map((event) => {
    bodies.set(event.body, at)
    at += event.body.byteLength
    const { body, headers, ...rest } = event
    return { ...rest, headers: JSON.stringify(headers), size: body.byteLength }
  })
  return { bodies: bodies.buffer, events: packed }
}

export function unpackEvents(batch: PackedBatch): PackedEvent[] {
  let at = 0
  return batch.events.map(({ size, ...rest }) => {
    const body = new Uint8Array(batch.bodies, at, size)
    at += size
    return { ...rest, body }
  })
}
