/** All keys in one slot of a Cluster: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags */
export function tagOf(prefix: string): string {
  return `{${prefix}}`
}

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
