import { decodeEventId, encodeEventId } from './event-id.ts'

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
