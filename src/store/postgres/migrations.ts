import { createTables } from './schema/tables.ts'
import type { Tables } from './tables.ts'

/** One step of the schema. */
export interface Migration {
  readonly sql: (tables: Tables) => string
  /**
   * The oldest version of the schema whose code goes on working once this step is done. While a new release is rolled
   * out, replicas of the old one work with the new schema: so this stays where it is unless a step takes something away.
   */
  readonly worksWith: number
}

/** Forward only; a landed migration is never edited. The index in this list plus one is the schema's version. */
export const migrations: readonly Migration[] = [{ sql: createTables, worksWith: 1 }]
