import type { Database } from './database.ts'

/** Rows never have to be unlearnt: neither destinations nor kinds are ever removed. */
export interface Names {
  /** Numbers of destinations, in the same order; a new name gets one. @throws {StoreUnavailableError} */
  destinations(names: readonly string[]): Promise<readonly number[]>
  /** The number of a destination that was looked up before. */
  knownDestination(name: string): number | undefined
}

export function createNames({ query, tables }: Pick<Database, 'query' | 'tables'>): Names {
  const known = new Map<string, number>()

  async function learn(names: readonly string[]): Promise<void> {
    await query(`INSERT INTO ${tables.destinations} (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`, [names])
    const rows = await query(`SELECT id, name FROM ${tables.destinations} WHERE name = ANY ($1::text[])`, [names])
    for (const row of rows) known.set(String(row['name']), Number(row['id']))
  }

  return {
    knownDestination: (name) => known.get(name),
    async destinations(names) {
      const missing = [...new Set(names)].filter((name) => !known.has(name))
      if (missing.length > 0) await learn(missing.toSorted())
      return names.map((name) => known.get(name) ?? 0)
    },
  }
}
