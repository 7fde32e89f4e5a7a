/**
 * The BullMQ queue of a destination. BullMQ allows no colon in a name, and our own keys begin with `@` where a queue's
 * name would stand.
 */
export function queueOf(destination: string): string {
  return encodeURIComponent(destination.toWellFormed())
}

export function destinationOf(queue: string): string {
  return decodeURIComponent(queue)
}
