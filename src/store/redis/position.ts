import { isEventId } from '../event-id.ts'
import { destinationOf, queueOf } from './queue-names.ts'

/** Where a search goes on: after this event, or after its delivery of this queue. */
export interface Position {
  readonly id: string
  /** Empty: the event as such. */
  readonly queue: string
}

export function formatPosition({ id, queue }: Position): string {
  return `${id}.${queue}`
}

/** Null: it is no cursor of ours. */
export function parsePosition(cursor: string): Position | null {
  const dot = cursor.indexOf('.')
  const [id, queue] = [cursor.slice(0, Math.max(dot, 0)), cursor.slice(dot + 1)]
  return isEventId(id) && (queue === '' || isQueue(queue)) ? { id, queue } : null
}

function isQueue(name: string): boolean {
  try {
    return queueOf(destinationOf(name)) === name
  } catch {
    // What is encoded there is no text.
    return false
  }
}
