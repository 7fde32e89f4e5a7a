import type { Database } from './database.ts'
import { storable } from './text.ts'

/** Source and type of an event. */
export interface Kind {
  readonly source: string
  readonly type: string
}

/** The numbers of names that rows repeat. They never have to be unlearnt: nothing of this is ever removed. */
export interface Names {
  /** Numbers of destinations, in the same order; a new name gets one. @throws {StoreUnavailableError} */
  destinations(names: readonly string[]): Promise<readonly number[]>
  /** Numbers of kinds, in the same order; a new one gets one. @throws {StoreUnavailableError} */
  kinds(kinds: readonly Kind[]): Promise<readonly number[]>
}

/** Types come from senders; past so many, new ones share a number with the type ''. */
const maxKinds = 10_000

export function createNames({ query, tables }: Pick<Database, 'query' | 'tables'>): Names {
  const destinations = new Map<string, number>()
  const kinds = new Map<string, Map<string, number>>()

  const kindOf = ({ source, type }: Kind) => kinds.get(source)?.get(type)

  function remember(source: string, type: string, id: number): void {
    const ofSource = kinds.get(source) ?? new Map<string, number>()
    kinds.set(source, ofSource.set(type, id))
  }

  async function learnDestinations(names: readonly string[]): Promise<void> {
    await query(`INSERT INTO ${tables.destinations} (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`, [names])
    const rows = await query(`SELECT id, name FROM ${tables.destinations} WHERE name = ANY ($1::text[])`, [names])
    for (const row of rows) destinations.set(String(row['name']), Number(row['id']))
  }

  async function learnKinds(unknown: readonly Kind[]): Promise<void> {
    const sources = unknown.map(({ source }) => source)
    const pairs = [
      [...sources, ...sources],
      [...unknown.map(({ type }) => type), ...sources.map(() => '')],
    ]
    await query(
      `INSERT INTO ${tables.kinds} (source, type)
       SELECT DISTINCT i.source, i.type FROM unnest($1::text[], $2::text[]) AS i (source, type)
       WHERE i.type = '' OR (SELECT count(*) FROM ${tables.kinds}) < ${maxKinds}
       ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
      pairs,
    )
    const rows = await query(
      `SELECT k.id, k.source, k.type FROM unnest($1::text[], $2::text[]) AS i (source, type)
       JOIN ${tables.kinds} k ON k.source = i.source AND k.type = i.type`,
      pairs,
    )
    for (const row of rows) remember(String(row['source']), String(row['type']), Number(row['id']))
    // Kept in memory under its own name too, or it would be looked up with every event.
    for (const { source, type } of unknown)
      remember(source, type, kindOf({ source, type }) ?? kindOf({ source, type: '' }) ?? 0)
  }

  return {
    async destinations(names) {
      const unknown = [...new Set(names)].filter((name) => !destinations.has(name))
      if (unknown.length > 0) await learnDestinations(unknown.toSorted())
      return names.map((name) => destinations.get(name) ?? 0)
    },
    async kinds(asked) {
      const wanted = asked.map(({ source, type }) => ({ source: storable(source), type: storable(type) }))
      const unknown = wanted.filter((kind) => kindOf(kind) === undefined)
      if (unknown.length > 0) await learnKinds(unknown)
      return wanted.map((kind) => kindOf(kind) ?? 0)
    },
  }
}
