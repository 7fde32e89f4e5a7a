import { decodeEventId, encodeEventId, isEventId } from './event-id.ts'

/** A delivery's place among all, in the order of their events: where a scan goes on. */
export interface Position {
  readonly seq: number
  readonly destination: number
}

export function formatPosition({ seq, destination }: Position): string {
  return `${encodeEventId(seq)}.${destination}`
}

/** Null: it is no cursor of ours. */
export function parsePosition(cursor: string): Position | null {
  const [id = '', destination = ''] = cursor.split('.')
  const seq = decodeEventId(id)
  return seq === null || !/^-?\d{1,9}$/.test(destination) ? null : { seq, destination: Number(destination) }
}

/** Whether a store may have given it out; what is behind the event's id is each engine's own. */
export function isDeliveryCursor(cursor: string): boolean {
  const dot = cursor.indexOf('.')
  return dot !== -1 && isEventId(cursor.slice(0, dot))
}
