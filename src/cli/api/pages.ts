import type { Static, TSchema } from '@sinclair/typebox'
import type { Client, Query } from './client.ts'

/** At most so many are asked for at once. */
const largestPage = 500

export interface PageOptions<S extends TSchema, Item> {
  readonly path: string
  readonly query: Query
  /** How many in all; null: as many as there are. */
  readonly limit: number | null
  readonly schema: S
  readonly read: (answer: Static<S>) => { readonly items: readonly Item[]; readonly next: string | null }
}

/** The items of a list, page by page; a page may be empty and yet not be the last. */
export async function* pages<S extends TSchema, Item>(
  client: Client,
  { path, query, limit, schema, read }: PageOptions<S, Item>,
): AsyncGenerator<readonly Item[], void> {
  let left = limit ?? Number.POSITIVE_INFINITY
  let cursor: string | undefined
  while (left > 0) {
    const answer = await client.get(path, schema, { ...query, cursor, limit: Math.min(left, largestPage) })
    const { items, next } = read(answer)
    yield items
    left -= items.length
    if (next === null) return
    cursor = next
  }
}
