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
  const [id = '', destination = '', ...more] = cursor.split('.')
  const seq = decodeEventId(id)
  const isWhole = more.length === 0 && /^-?\d{1,9}$/.test(destination)
  return seq === null || !isWhole ? null : { seq, destination: Number(destination) }
}
